// Shows how far a long piece of work is: a bar on a terminal, now and then a line elsewhere.

export interface Output { isTTY?: boolean, write (text: string): unknown }

export interface Progress {
  /** @param note what else is worth knowing, e.g. `2 rejected` */
  update (done: number, note?: string): void
  /** Clears the bar. */
  end (): void
}

const barWidth = 30
const frameMs = 100
const lineMs = 5000

/**
 * @param total null = not known
 * @param unit what is counted, in the plural
 */
export function createProgress ({ output, label, total, unit, now = Date.now }: {
  output: Output
  label: string
  total: number | null
  unit: string
  now?: () => number
}): Progress {
  const began = now()
  let shown = output.isTTY ? -Infinity : began

  return {
    update (done, note = '') {
      const share = total === null || total === 0 ? null : Math.min(1, done / total)
      if (now() - shown < (output.isTTY ? frameMs : lineMs)) return
      shown = now()
      const rate = done / Math.max(0.001, (now() - began) / 1000)
      const count = `${done}${total === null ? '' : `/${total}`} ${unit}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${note === '' ? '' : `, ${note}`}`
      if (!output.isTTY) return output.write(`${label}: ${count}\n`)
      const bar = share === null ? '' : `${'█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░')} ${String(Math.floor(share * 100)).padStart(3)} % `
      output.write(`\r\x1b[K${label} ${bar}${count}`)
    },
    end () {
      if (output.isTTY) output.write('\r\x1b[K')
    },
  }
}
