// Keeps V8's heap small, whoever starts the service: it is loaded before the app, since loading makes much garbage.
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** How much a heap grows between two full collections, in percent. V8 would let it grow several times as much. */
const growthPercent = 40
/** The most that each half of the young generation takes, MB: while answers are made, and otherwise. V8 would go to 64. */
const youngMb = { answering: 16, resting: 4 }

const inEnvironment = (process.env.NODE_OPTIONS ?? '').replaceAll('"', '').split(/\s+/)
const named = [...process.execArgv, ...inEnvironment].map(option => option.replaceAll('_', '-'))
const isNamed = (flag: string) => named.some(option => option === flag || option.startsWith(`${flag}=`))

if (!isNamed('--heap-growing-percent')) setFlagsFromString(`--heap-growing-percent=${growthPercent}`)
const isYoungNamed = isNamed('--max-semi-space-size')
// A limit that was named is the main thread's, which has it by now: threads have smaller limits of their own, which it would replace.
// Without one the young generation stays as it is.
setFlagsFromString(isYoungNamed ? '--max-semi-space-size=0' : '--semi-space-growth-factor=1')

/**
 * Lets the young generation double after a collection up to its bound, a larger one where answers were `made` since the one before:
 * what they need for a moment dies there, and full collections come less often. V8 makes it smaller when little is needed.
 */
export function growYoungGeneration (answers: { on (event: 'made', listener: () => void): unknown }): void {
  if (isYoungNamed) return
  let made = 0
  answers.on('made', () => { made++ })
  const observer = new PerformanceObserver(() => {
    const most = made > 0 ? youngMb.answering : youngMb.resting
    made = 0
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')!
    const halfMb = (young.space_used_size + young.space_available_size) / 2 ** 20
    setFlagsFromString(`--semi-space-growth-factor=${2 * halfMb <= most ? 2 : 1}`)
  })
  observer.observe({ entryTypes: ['gc'] })
}
