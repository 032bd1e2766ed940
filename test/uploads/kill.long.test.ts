// A service that is killed again and again during an upload: no document is lost, doubled or incomplete, and the task continues.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import type { Answers } from '../fixtures/uploads-child.ts'
import { temporaryFolder } from '../helper.ts'

const kills = 20
const documents = 300
const child = fileURLToPath(new URL('../fixtures/uploads-child.ts', import.meta.url))

const partsOf = (n: number) => 1 + (n * 37) % 60

/** Makes the n-th document, with one to sixty chunks and another text in each version. */
function textOf (n: number, version: string): string {
  return Array.from(
    { length: partsOf(n) }, (_, part) => `## Part ${part}\n\n${`Sentence of ${version}${n}x${part} about tents and pegs. `.repeat(4)}`
  ).join('\n\n')
}

const file = (version: string) =>
  Array.from({ length: documents }, (_, n) =>
    JSON.stringify({ id: `d${String(n).padStart(3, '0')}`, question: `Document ${n} of ${version}`, answer: textOf(n, version) })
  ).join('\n')

interface Service {
  ask<T extends keyof Answers> (name: T, argument?: string): Promise<Awaited<ReturnType<Answers[T]>>>
  kill (): Promise<void>
}

async function start (t: Test, dir: string): Promise<Service> {
  const process = fork(child, [dir])
  t.teardown(() => process.kill('SIGKILL'))
  await once(process, 'message')
  let asked = 0
  return {
    async ask (name, argument) {
      process.send({ n: ++asked, name, argument })
      const [{ answer }] = await once(process, 'message', { signal: AbortSignal.timeout(60_000) })
      return answer
    },
    async kill () {
      process.kill('SIGKILL')
      await once(process, 'exit')
    },
  }
}

/** Checks that every document exists once, in one version from its first chunk to its last. */
async function checkWhole (t: Test, { ask }: Service, looked: number): Promise<Map<string, string>> {
  const listed = await ask('list')
  t.equal(new Set(listed.map(({ id }) => id)).size, listed.length, 'none is there twice')
  for (const { id } of listed.filter((_, i) => i % Math.ceil(listed.length / looked) === 0)) {
    // The task continues while it is checked.
    const { pieces, chunks, title } = (await ask('get', id))!
    const version = title.at(-1)!
    const n = Number(id.slice(1))
    const parts = new Set(pieces.map(piece => piece.text).join(' ').match(/\w+\d+x\d+/g))
    if (pieces.length !== chunks || parts.size !== partsOf(n) || [...parts].some(part => !part.startsWith(`${version}${n}x`))) {
      t.fail(`${id} is not whole: ${pieces.length} pieces of ${chunks}, ${parts.size} parts`)
    }
  }
  return new Map(listed.map(({ id, title }) => [id, title.at(-1)!]))
}

t.test(`${kills} kills at any moment`, async t => {
  const dir = await temporaryFolder(t)
  let service = await start(t, dir)
  const first = await service.ask('put', file('A'))
  const second = await service.ask('put', file('B'))
  let atWork = 0
  for (let n = 1; n <= kills; n++) {
    // Through both versions, a little further each time.
    const half = kills / 2
    const id = n <= half ? first : second
    const goal = Math.floor(documents * ((n - 1) % half + 0.5) / half)
    let task = await service.ask('task', id)
    while (task.status === 'queued' || (task.status === 'running' && task.written + task.unchanged < goal)) {
      task = await service.ask('task', id)
    }
    if (task.status === 'running') atWork++
    await service.kill()
    service = await start(t, dir)
    await checkWhole(t, service, 5)
  }
  t.ok(atWork > kills / 2, `${atWork} of the kills met the task at work`)
  for (const id of [first, second]) {
    let task = await service.ask('task', id)
    while (task.endedAt === 0) task = await service.ask('task', id)
    t.match(task, { status: 'done', rejected: 0, error: null })
  }
  const versions = await checkWhole(t, service, documents)
  t.equal(versions.size, documents, 'none is lost')
  t.same([...new Set(versions.values())], ['B'], 'and each is the newest')
})
