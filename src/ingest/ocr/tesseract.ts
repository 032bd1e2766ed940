// Recognises the text of pages that are pictures with Debian's tesseract; pdftoppm makes the pictures.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runLimited } from './limited-command.ts'

/** The text of one page, from 1. */
export interface RecognisedPage { page: number, text: string }

export interface Recogniser {
  /**
   * Recognises pages of a PDF, in order; pages in which nothing was found, or that took too long, are left out.
   * @param pages null = all, up to the limit
   */
  recognise (path: string, pages: readonly number[] | null, signal: AbortSignal): Promise<RecognisedPage[]>
}

export interface TesseractOptions {
  /** Tesseract's names of languages, such as `fra+eng`. */
  languages: string
  /** The most pages of one file. */
  maxPages: number
  pageTimeoutMs?: number
  memoryMb?: number
}

const dotsPerInch = 200
/** A page of text has a few thousand characters. */
const maxPageBytes = 1_000_000

export function createTesseract ({ languages, maxPages, pageTimeoutMs = 60_000, memoryMb = 2048 }: TesseractOptions): Recogniser {
  const limits = { timeoutMs: pageTimeoutMs, memoryMb, maxOutputBytes: maxPageBytes }

  async function readPage (path: string, page: number, dir: string, signal: AbortSignal): Promise<string | null> {
    const picture = join(dir, `page-${page}`)
    const only = ['-f', String(page), '-l', String(page)]
    await runLimited('pdftoppm', ['-gray', '-r', String(dotsPerInch), ...only, path, picture], { ...limits, signal })
    const made = (await readdir(dir)).find(name => name.startsWith(`page-${page}-`) || name === `page-${page}.pgm`)
    if (made === undefined) return null
    try {
      const text = await runLimited('tesseract', [join(dir, made), 'stdout', '-l', languages, '--psm', '3'], { ...limits, signal })
      return text.replaceAll('\f', '').trim()
    } finally {
      await rm(join(dir, made), { force: true })
    }
  }

  return {
    async recognise (path, pages, signal) {
      const dir = await mkdtemp(join(tmpdir(), 'causerie-ocr-'))
      const found: RecognisedPage[] = []
      try {
        const wanted = (pages ?? Array.from({ length: maxPages }, (_, i) => i + 1)).slice(0, maxPages)
        for (const page of wanted) {
          signal.throwIfAborted()
          const text = await readPage(path, page, dir, signal).catch((error: NodeJS.ErrnoException) => {
            signal.throwIfAborted()
            if (error.code === 'ENOENT') throw error
            return ''
          })
          // There is no such page: the file has ended.
          if (text === null) break
          if (text !== '') found.push({ page, text })
        }
        return found
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    },
  }
}

/** Returns what is missing to recognise text, as advice; null when everything is there. */
export async function missingForTesseract (languages: string): Promise<string | null> {
  const limits = { timeoutMs: 10_000, memoryMb: 1024, maxOutputBytes: 100_000, signal: AbortSignal.timeout(15_000) }
  const isThere = async (program: string, args: string[]) => runLimited(program, args, limits).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    return ''
  })
  const [known, drawing] = await Promise.all([isThere('tesseract', ['--list-langs']), isThere('pdftoppm', ['-v'])])
  const packages = [...(known === null ? ['tesseract-ocr'] : []), ...(drawing === null ? ['poppler-utils'] : [])]
  const installed = new Set((known ?? '').split(/\s+/))
  const lacking = known === null ? [] : languages.split('+').filter(language => !installed.has(language))
  packages.push(...lacking.map(language => `tesseract-ocr-${language.replaceAll('_', '-')}`))
  return packages.length === 0 ? null : `Install it on Debian or Ubuntu with: apt-get install ${packages.join(' ')}`
}
