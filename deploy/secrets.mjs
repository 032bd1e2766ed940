// Prints the secrets that compose.yaml needs, newly generated: node deploy/secrets.mjs > compose.env
import { createHmac, randomBytes } from 'node:crypto'

const secret = () => randomBytes(24).toString('base64url')
const jwtSecret = secret()
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ role: 'service_role' })}`

process.stdout.write(`# Secrets of compose.yaml. Keep this file to yourself.
MEILI_MASTER_KEY=${secret()}
POSTGRES_PASSWORD=${secret()}
REDIS_PASSWORD=${secret()}
AUTHENTICATOR_PASSWORD=${secret()}
PGRST_JWT_SECRET=${jwtSecret}
# What the service shows to PostgREST: a token of the role service_role, signed with the secret above.
SUPABASE_KEY=${unsigned}.${createHmac('sha256', jwtSecret).update(unsigned).digest('base64url')}
SUPABASE_WEBHOOK_SECRET=${secret()}
# Made by Meilisearch, once it runs: docs/deploy.md, step 3.
MEILI_KEY=
MEILI_KEY_UID=
`)
