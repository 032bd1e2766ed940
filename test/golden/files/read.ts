// Reads the golden files: what companies have in their folders, written by the programs that people use, and questions about them.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '../../../src/types.ts'

export interface FileQuestion {
  q: string
  /** A right answer contains one of these. */
  answer: string[]
  /** The file that answers, and the program that wrote it. */
  file: string
  program: string
}

export interface FileCompany {
  id: string
  name: string
  language: Language
  questions: FileQuestion[]
  /** The content of each file, by its name. */
  files: Record<string, Uint8Array>
}

const here = import.meta.dirname

export function fileCompanies (): FileCompany[] {
  return readdirSync(here).filter(id => existsSync(join(here, id, 'questions.json'))).sort().map(id => {
    const names = readdirSync(join(here, id)).filter(name => name !== 'questions.json').sort()
    return {
      ...JSON.parse(readFileSync(join(here, id, 'questions.json'), 'utf8')),
      files: Object.fromEntries(names.map(name => [name, readFileSync(join(here, id, name))])),
    }
  })
}
