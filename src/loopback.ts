// Tells if a host is this machine.

/** Tells whether a host name or address belongs to this machine. */
export function isLoopback (host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
