// Reads the golden companies: their profile, documents, pages and questions.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { WrittenProfile } from '../../../src/profiles/profile.ts'

export const questionKinds = ['plain', 'number', 'asking', 'typo', 'long', 'paraphrase', 'code'] as const

export interface CompanyQuestion {
  q: string
  /** A right answer contains one of these. */
  answer: string[]
  /** A right answer cites one of these: `faq/an-id`, or `pages/a-file.md` before its chunks or rows. */
  doc: string[]
  kind: typeof questionKinds[number]
}

export interface CompanyQuestions {
  company_id: string
  trade: string
  language: string
  held_out: boolean
  questions: CompanyQuestion[]
  not_offered: string[]
  unstated: string[]
}

export interface GoldenCompany {
  profile: WrittenProfile
  /** Documents by index, each with an `id`. */
  documents: Record<string, ({ id: string } & Record<string, unknown>)[]>
  /** Files to upload into the index `pages`: their text by name. */
  pages: Record<string, string>
  questions: CompanyQuestions
}

/** A question in another language than the documents of the company. */
export interface CrossLanguageQuestion {
  company_id: string
  language: string
  q: string
  answer: string[]
  doc: string[]
}

const here = import.meta.dirname

/** Returns the ids of the companies that are kept as folders here. */
export function companyIds (): string[] {
  return readdirSync(here, { withFileTypes: true })
    .filter(entry => existsSync(join(here, entry.name, 'company.json'))).map(entry => entry.name).sort()
}

export function readCompany (id: string): GoldenCompany {
  const dir = join(here, id)
  const json = (name: string) => JSON.parse(readFileSync(join(dir, name), 'utf8'))
  const pages = Object.fromEntries(
    readdirSync(join(dir, 'pages'))
      .sort()
      .map(name => [name, readFileSync(join(dir, 'pages', name), 'utf8')])
  )
  const documents: GoldenCompany['documents'] = existsSync(join(dir, 'faq.json')) ? { faq: json('faq.json') } : {}
  return { profile: json('company.json'), documents, pages, questions: json('questions.json') }
}

/** A company that is only fitted on: its questions are measured nowhere. */
export interface FittedCompany {
  id: string
  name: string
  trade: string
  language: string
  /** Files by name. */
  pages: Record<string, string>
  faq: { id: string, q: string, r: string }[]
  questions: Pick<CompanyQuestion, 'q' | 'answer' | 'doc'>[]
  not_offered: string[]
  /** Questions of other trades. */
  off_topic: string[]
}

/** Returns the companies that are only fitted on, each with its profile. */
export function readFitted (): { fitted: FittedCompany, company: GoldenCompany }[] {
  return readdirSync(join(here, 'fitted')).sort().map(name => {
    const fitted: FittedCompany = JSON.parse(readFileSync(join(here, 'fitted', name), 'utf8'))
    const { id, trade, language, pages, faq, questions, not_offered: notOffered } = fitted
    const own = ['fr', 'en', 'de', 'es'].find(known => known === language) ?? 'und'
    const documents: GoldenCompany['documents'] = faq.length > 0 ? { faq } : {}
    return {
      fitted,
      company: {
        profile: {
          id, name: fitted.name, language: own, system_prompt: '',
          indexes: { faq: { title: 'q', text: ['r'] }, pages: { title: 'title', text: ['text'], url: 'url' } },
        } as WrittenProfile,
        documents,
        pages,
        questions: {
          company_id: id, trade, language, held_out: false, not_offered: notOffered, unstated: [],
          questions: questions.map(one => ({ ...one, kind: 'plain' })),
        },
      },
    }
  })
}

export function readCrossLanguage (): CrossLanguageQuestion[] {
  return JSON.parse(readFileSync(join(here, 'cross-language.json'), 'utf8'))
}

/** Tells if a question may only be measured: nothing is ever fitted on it. */
export const isHeldOut = (questions: CompanyQuestions, index: number) => questions.held_out || index % 3 === 2
