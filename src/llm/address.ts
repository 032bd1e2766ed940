// Reads the address of a model's server: the origin, the path and the credentials.

export interface ServerAddress {
  origin: string
  host: string
  /** Without a slash at its end. */
  path: string
  /** With its question mark; '' when there is none. */
  search: string
  /** The header for a user and password in the address; undefined without. */
  authorization: string | undefined
}

/** Throws a TypeError when it is not a URL. */
export function readAddress (address: string): ServerAddress {
  const { origin, hostname, pathname, search, username, password } = new URL(address)
  const user = `${decode(username)}:${decode(password)}`
  return {
    origin,
    host: hostname,
    path: pathname.replace(/\/+$/, ''),
    search,
    authorization: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  }
}

function decode (part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // A literal per cent sign.
    return part
  }
}
