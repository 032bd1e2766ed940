// Prints the figures of `npm run eval -- --gaps`.
import { wilson } from '../src/evaluation/intervals.ts'
import { measureClosing, measureClusters } from './gaps.ts'

/** The least adjusted Rand index, and the least share of questions that publishing must answer. */
const goals = { rand: 0.7, answered: 0.85 }

/** Returns the exit code: 1 when a goal was missed. */
export async function reportGaps ({ modelsDir, json }: { modelsDir: string, json: boolean }): Promise<number> {
  const clusters = await measureClusters({ modelsDir })
  const closing = await measureClosing({ modelsDir, log: text => process.stderr.write(`${text}\n`) })
  const { asked, answered, later, laterAnswered, broken } = closing
  const isReached = clusters[0]!.rand >= goals.rand && answered >= goals.answered * asked && broken.length === 0
  if (json) {
    for (const figure of [...clusters, closing]) process.stdout.write(`${JSON.stringify(figure)}\n`)
    return isReached ? 0 : 1
  }
  const share = (hits: number, n: number) => {
    const [low, high] = wilson(hits, n)
    return `${hits} of ${n} (${(100 * hits / n).toFixed(1)} %, ${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)})`
  }
  process.stdout.write('Questions of customers against hand-made topics, ten at a time in random order, the middle of five orders:\n')
  for (const { name, questions, topics, clusters: n, rand } of clusters) {
    process.stdout.write(`  ${name.padEnd(4)} ${questions} questions, ${topics} topics, ${n} clusters: adjusted Rand ${rand.toFixed(3)}\n`)
  }
  process.stdout.write(`Closing ${closing.gaps} gaps of companies that nothing is fitted on:\n`)
  process.stdout.write(`  asked in vain before       ${share(closing.missed, asked)}\n`)
  process.stdout.write(`  gaps found                 ${share(closing.found, closing.gaps)}\n`)
  process.stdout.write(`  answered by the entry      ${share(answered, asked)}, goal ${100 * goals.answered} %\n`)
  process.stdout.write(`  the same in new words      ${share(laterAnswered, later)}\n`)
  process.stdout.write(`  right before, wrong now    ${broken.length} of ${closing.rightBefore}${broken.map(q => `\n    ${q}`).join('')}\n`)
  return isReached ? 0 : 1
}
