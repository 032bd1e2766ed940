// Signs the tokens of the app's users with the company's signing key: cau_sign_ID_SECRET.
import { SignJWT } from 'jose'

/** @param {string} key made by `causerie keys create --kind signing`; it never leaves this server */
export function createTokens (key) {
  const [, id] = /^cau_sign_([^_]+)_.+$/.exec(key) ?? []
  if (!id) throw new Error('CAUSERIE_SIGNING_KEY must be a key made by "causerie keys create --kind signing".')
  return ({ user, groups }) => new SignJWT({ groups })
    .setProtectedHeader({ alg: 'HS256', kid: id })
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(key))
}
