// The bounds of the heap, in processes that V8 tells what it does: they hold whoever starts the service, unless he names others.
import { execFileSync } from 'node:child_process'
import t from 'tap'
import { childEnvironment } from './fixtures/child-environment.ts'

const heap = new URL('../src/heap.ts', import.meta.url).href

/** Runs a module after `src/heap.ts` in a process with these flags, and returns what it and V8 write. */
function run (module: string, flags: string[] = [], environment: Record<string, string> = {}): string {
  const source = `import { growYoungGeneration } from '${heap}'\n${module}`
  return execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', source], {
    encoding: 'utf8', env: { ...childEnvironment, ...environment },
  })
}

t.test('the heap grows by two fifths between full collections, unless another part is named', async t => {
  const factors = (...flags: string[]) => {
    const text = run('gc()', ['--expose-gc', '--trace-gc-verbose', ...flags])
    return new Set([...text.matchAll(/factor (\d\.\d)/g)].map(([, factor]) => factor))
  }
  t.same(factors(), new Set(['1.4']))
  t.same(factors('--heap-growing-percent=90'), new Set(['1.9']))
  t.same(factors('--heap_growing_percent=90'), new Set(['1.9']))
})

t.test('the young generation is small, larger while answers are made, and never what V8 would let it be', async t => {
  // Most of what it makes survives, so V8 would double the young generation each time.
  const module = `
    import { EventEmitter } from 'node:events'
    import { setImmediate } from 'node:timers/promises'
    import { getHeapSpaceStatistics } from 'node:v8'
    const halfMb = () => {
      const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
      return (young.space_used_size + young.space_available_size) / 2 ** 20
    }
    const answers = new EventEmitter()
    async function usual (answering) {
      const kept = [], sizes = []
      for (let i = 0; i < 600; i++) {
        if (answering) answers.emit('made')
        for (let k = 0; k < 2_000; k++) kept[k % 1_000 + i % 100 * 1_000] = [i, { k }]
        // What has been collected is told in a turn of its own.
        for (let turns = 0; turns < 3; turns++) await setImmediate()
        sizes.push(halfMb())
      }
      // A page or more is added for a moment when there is no time to collect.
      return sizes.sort((a, b) => a - b)[sizes.length / 2]
    }
    const starting = await usual(false)
    growYoungGeneration(answers)
    const resting = await usual(false)
    const answering = await usual(true)
    console.log(JSON.stringify({ starting, resting, answering }))`
  const bounds = JSON.parse(run(module)) as { starting: number, resting: number, answering: number }
  t.ok(bounds.starting <= 3, `${bounds.starting} MB`)
  t.ok(bounds.resting > 2 && bounds.resting <= 4, `${bounds.resting} MB`)
  t.ok(bounds.answering > 8 && bounds.answering <= 16, `${bounds.answering} MB`)
  for (const [flags, environment] of [[['--max-semi-space-size=2'], {}], [[], { NODE_OPTIONS: '--max-semi-space-size=2' }]] as const) {
    const named = JSON.parse(run(module, [...flags], environment)) as typeof bounds
    t.ok(named.answering <= 2, `its limit is named: ${named.starting}, ${named.answering} MB`)
  }
})
