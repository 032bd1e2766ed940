// Builds the tables of an RTF file, whose rows say where their cells end and which of them continue others.

/** A cell of a row: where it ends, in twips, and whether it continues the one before it or above it. */
interface Definition { right: number, continuesLeft: boolean, continuesAbove: boolean }
interface Row { cells: string[], definitions: Definition[] }

export interface RtfTable {
  /** Takes a control word of a row's definition. */
  define (word: string, value: number): void
  /** Adds a line to the cell that is being read. */
  addLine (html: string): void
  endCell (): void
  endRow (): void
  isEmpty (): boolean
  /** Returns the table and begins a new one. */
  end (): string
}

export function createRtfTable (): RtfTable {
  let rows: Row[] = []
  let cells: string[] = []
  let lines: string[] = []
  let definitions: Definition[] = []
  let flags = { continuesLeft: false, continuesAbove: false }

  return {
    define (word, value) {
      if (word === 'trowd') definitions = []
      if (word === 'clmrg') flags.continuesLeft = true
      if (word === 'clvmrg') flags.continuesAbove = true
      if (word !== 'cellx') return
      definitions.push({ right: value, ...flags })
      flags = { continuesLeft: false, continuesAbove: false }
    },

    addLine (html) {
      if (html !== '') lines.push(html)
    },

    endCell () {
      cells.push(lines.join('<br>'))
      lines = []
    },

    endRow () {
      if (cells.length > 0) rows.push({ cells, definitions })
      cells = []
      lines = []
    },

    isEmpty: () => rows.length === 0 && cells.length === 0 && lines.length === 0,

    end () {
      if (cells.length > 0 || lines.length > 0) rows.push({ cells: [...cells, ...lines], definitions })
      const html = tableHtml(rows)
      rows = []
      cells = []
      lines = []
      return html
    },
  }
}

function tableHtml (rows: Row[]): string {
  const edges = [...new Set(rows.flatMap(({ definitions }) => definitions.map(({ right }) => right)))].sort((a, b) => a - b)
  const lines = rows.map(({ cells, definitions }, i) => {
    let edge = -Infinity
    const html = cells.map((cell, column) => {
      const own = definitions[column]
      if (own === undefined) return `<td>${cell}</td>`
      const left = edge
      edge = own.right
      if (own.continuesLeft || own.continuesAbove) return ''
      let right = own.right
      for (let next = column + 1; definitions[next]?.continuesLeft; next++) right = definitions[next]!.right
      const columns = edges.filter(one => one > left && one <= right).length
      let below = i + 1
      while (rows[below]?.definitions.some(other => other.continuesAbove && other.right === own.right)) below++
      return `<td colspan="${Math.max(1, columns)}" rowspan="${below - i}">${cell}</td>`
    })
    return `<tr>${html.join('')}</tr>`
  })
  return `<table>${lines.join('')}</table>`
}
