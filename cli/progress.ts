// Shows the progress of a long task: a bar on a terminal, a line every few seconds elsewhere.
import cliProgress from 'cli-progress'

export interface Output { isTTY?: boolean, write (text: string): unknown }

export interface Progress {
  /** @param note shown after the numbers, e.g. `2 rejected` */
  update (done: number, note?: string): void
  /** Removes the bar. */
  end (): void
}

const lineMs = 5000

/**
 * Creates a progress display.
 * @param total null = unknown
 * @param unit the unit that is counted, in the plural
 * @param digits the number of decimals
 */
export function createProgress ({ output, label, total, unit, digits = 0, now = () => performance.now() }: {
  output: Output
  label: string
  total: number | null
  unit: string
  digits?: number
  now?: () => number
}): Progress {
  const startedAt = now()

  function describe (done: number, note: string): string {
    const rate = done / Math.max(0.001, (now() - startedAt) / 1000)
    const count = total === null ? done.toFixed(digits) : `${done.toFixed(digits)}/${total.toFixed(digits)}`
    return `${count} ${unit}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${note === '' ? '' : `, ${note}`}`
  }

  if (!output.isTTY) {
    let writtenAt = startedAt
    return {
      update (done, note = '') {
        if (now() - writtenAt < lineMs) return
        writtenAt = now()
        output.write(`${label}: ${describe(done, note)}\n`)
      },
      end () {},
    }
  }

  const bar = new cliProgress.SingleBar({
    stream: output as NodeJS.WritableStream,
    format (options, { progress, value }, { note }) {
      const share = total ? `${cliProgress.Format.BarFormat(progress, options)} ${String(Math.floor(progress * 100)).padStart(3)} % ` : ''
      return `${label} ${share}${describe(value, note)}`
    },
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    linewrap: true,
    clearOnComplete: true,
  })
  let isStarted = false
  return {
    update (done, note = '') {
      if (isStarted) bar.update(done, { note })
      else bar.start(total ?? 0, done, { note })
      isStarted = true
    },
    end: () => bar.stop(),
  }
}
