// Checks of this machine: Node, the data folder, the disk, files' rights, the port, the models' files.
import { once } from 'node:events'
import { readdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { request } from 'undici'
import { findWriteProblem } from '../../src/backends/sqlite/data-directory.ts'
import { listSqliteFiles } from '../../src/backends/sqlite/backup.ts'
import { embedderSettings, type Config } from '../../src/config.ts'
import { findTokenizerFile } from '../../src/embed/model-variants.ts'
import { sizeText } from '../action.ts'
import { addressOf } from '../service.ts'
import { ok, problem, warning, type Finding } from './finding.ts'

const leastNode = 24
/** Less room than this is soon full; one company's documents take about 100 MB for a million tokens. */
const leastBytes = 1_000_000_000
const probeMs = 3000

export function checkNode (version = process.versions.node): Finding {
  return Number(version.split('.')[0]) >= leastNode
    ? ok('node', `Node ${version}`)
    : problem(
      'node', `Node ${version} is too old.`,
      `Install Node ${leastNode} or newer, or start by \`npm start\`, which brings its own.`
    )
}

export async function checkData ({ DATA_DIR }: Pick<Config, 'DATA_DIR'>): Promise<Finding[]> {
  const dir = resolve(DATA_DIR)
  if (!await stat(dir).catch(() => null)) {
    return [warning(
      'data folder', `${dir} does not exist yet.`,
      'The first start makes it. Is DATA_DIR what the service uses? A relative one starts at the current folder.'
    )]
  }
  const findings: Finding[] = []
  const reason = await findWriteProblem(dir)
  findings.push(reason === null
    ? ok('data folder', `${dir} can be written.`)
    : problem('data folder', `${dir}: ${reason}`, 'Give the service\'s user the right to write there, or set DATA_DIR.'))
  const { bavail, blocks, bsize } = await statfs(dir)
  const [free, all] = [bavail * bsize, blocks * bsize]
  const room = `${sizeText(free)} of ${sizeText(all)} are free.`
  findings.push(free < leastBytes || free < all / 50
    ? warning('disk', room, 'Make room: uploads are refused and conversations wait when the disk is full.')
    : ok('disk', room))
  const paths = await listSqliteFiles(dir)
  findings.push(...await checkRights(dir, paths), checkFiles(dir, paths))
  return findings
}

/** Keys and conversations are nobody else's business. */
async function checkRights (dir: string, paths: readonly string[]): Promise<Finding[]> {
  const open: string[] = []
  for (const path of paths) if (((await stat(join(dir, path))).mode & 0o077) !== 0) open.push(path)
  return open.length === 0
    ? []
    : [warning('rights', `Others on this machine may read ${some(open)}.`, `chmod 600 the files in ${dir}.`)]
}

/** Opens each file and reads its first page, without writing. */
function checkFiles (dir: string, paths: readonly string[]): Finding {
  const broken: string[] = []
  for (const path of paths) {
    try {
      const db = new DatabaseSync(join(dir, path), { readOnly: true, timeout: 2000 })
      try {
        db.prepare('SELECT count(*) FROM sqlite_schema').get()
      } finally {
        db.close()
      }
    } catch (error) {
      broken.push(`${path} (${(error as Error).message})`)
    }
  }
  return broken.length === 0
    ? ok('databases', `${paths.length} files can be opened.`)
    : problem('databases', `${some(broken)} cannot be read.`, 'Restore them: causerie restore --company ID --replace.')
}

function some (names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''}`
}

export async function checkPort ({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): Promise<Finding> {
  const address = addressOf({ HOST, PORT })
  try {
    const { body } = await request(`${address}/health`, { signal: AbortSignal.timeout(probeMs) })
    const answer = await body.json().catch(() => null) as { status?: unknown } | null
    return answer?.status === 'ok'
      ? ok('service', `It runs at ${address}. Ask it: causerie status.`)
      : problem('service', `Another program answers at ${address}.`, 'Set PORT to another one.')
  } catch {
    const server = createServer()
    try {
      server.listen(PORT, HOST)
      await once(server, 'listening')
      return ok('service', `It does not run; ${HOST}:${PORT} is free.`)
    } catch (error) {
      const { message } = error as Error
      return problem('service', `${HOST}:${PORT} cannot be used: ${message}.`, 'Set HOST and PORT to a free address of this machine.')
    } finally {
      server.close()
    }
  }
}

export async function checkModels (config: Config): Promise<Finding[]> {
  const { models, modelsDir, scripts, hubUrl } = embedderSettings(config)
  const dir = resolve(modelsDir)
  return Promise.all(models.map(async model => {
    const file = findTokenizerFile(dir, model, scripts)
    if (file) return ok(`embedding ${model}`, `Its files are in ${dir}.`)
    const hasOthers = (await readdir(dir).catch(() => [])).length > 0
    return warning(
      `embedding ${model}`, `Its files are not in ${dir}${hasOthers ? '' : ', which is empty'}.`,
      `The service fetches it at the start, from ${hubUrl || 'npm or pip'}; until then it searches by words. ` +
      'Without a network, copy the folder.'
    )
  }))
}
