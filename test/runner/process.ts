// Runs test files in one process of their own, and ends it when it hangs.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from './plan.ts'
import { failedFile, type FileResult } from './report.ts'

/** Every assertion writes a line, so a process that writes none for so long hangs, however loaded the machine is. */
const silenceMs = 300_000
/** How long tap may take to say what is still open. */
const lastWordsMs = 10_000
const outputLines = 40

/**
 * Runs the files one after another.
 * @param onResult called once per file, also for those that a crash kept from running
 */
export async function runFiles (files: string[], env: Record<string, string>, onResult: (result: FileResult) => void): Promise<void> {
  const child = fork(join(import.meta.dirname, 'child.ts'), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Not as arguments: tap makes them part of the names of folders, which then become too long.
    env: {
      ...process.env, ...env, TEST_FILES: files.join('\n'), NO_COLOR: '1', NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'),
    },
  })
  const waiting = new Set(files)
  let failed = false
  let hangs = false
  let output = ''
  let kill: NodeJS.Timeout | undefined
  const silence = setTimeout(() => {
    hangs = true
    // tap then fails the test that runs, and lists the open handles.
    child.send({ tapAbort: 'timeout' }, () => {})
    kill = setTimeout(() => child.kill('SIGKILL'), lastWordsMs)
  }, silenceMs)
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      output = (output + part).slice(-20_000)
      silence.refresh()
    })
  }
  const tell = (result: FileResult) => {
    waiting.delete(result.file)
    failed ||= !result.ok
    onResult(result)
  }
  child.on('message', (result: FileResult | object) => {
    // tap sends messages of its own.
    if ('file' in result) tell(result)
  })
  const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null]
  clearTimeout(silence)
  clearTimeout(kill)

  const [first, ...others] = waiting
  const ending = hangs
    ? `nothing has moved for ${silenceMs / 1000} s`
    : signal
      ? `the process was ended by ${signal}`
      : `the process ended with code ${code}`
  const tail = output.split('\n').slice(-outputLines).join('\n')
  if (first !== undefined) tell(failedFile(first, ending, tail))
  for (const file of others) tell(failedFile(file, `did not run: ${ending} in ${first}`))
  if ((hangs || code !== 0) && !failed) onResult(failedFile(files.at(-1)!, `after the last test, ${ending}`, tail))
}
