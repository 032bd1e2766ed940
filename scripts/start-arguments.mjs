// What follows the command that starts the service: nothing but a call for help, since settings come from the environment.

const help = `Usage: [SETTING=value …] npm start

Starts the service: http://127.0.0.1:8002, with two sample companies, unless a setting says otherwise.
Settings are variables of the environment, or lines of a file .env in this folder. The first ones to know:

  PORT, HOST            where it listens
  DATA_DIR              where it keeps companies and documents
  LLM_URL, LLM_MODEL    a language model; without one, answers quote the documents
  MEILI_URL             documents in Meilisearch instead of SQLite
  SUPABASE_URL          profiles and keys in Supabase
  REDIS_URL             answers and conversations shared by several instances
  RATE_LIMIT_CALLS      questions of a user in five minutes (10; 0 = any number)
  PROFILE               development, production, low-memory or quality

All of them: .env.example and docs/settings.md. Documents, keys and companies: npx causerie --help
`

/** Ends the process where the service is not to be started. @param {string[]} given the words behind the command */
export function explainArguments (given) {
  const [first] = given
  if (first === undefined) return
  if (['-h', '--help', 'help'].includes(first)) {
    process.stdout.write(help)
    process.exit(0)
  }
  process.stderr.write(`causerie: "${first}" is not understood. ${instead(given)}\n`)
  process.exit(1)
}

/** Says how it is written: "--port 80" and "--port=80" are the variable PORT. @param {string[]} given */
function instead ([first = '', second]) {
  const option = /^--([a-z][a-z\d_-]+)(?:=(.*))?$/i.exec(first)
  if (!option) return 'The command takes no words: see npm start -- --help'
  const [, name = '', value = second] = option
  return `Settings are variables of the environment: ${name.replaceAll('-', '_').toUpperCase()}=${value ?? '…'} npm start`
}
