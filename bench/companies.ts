// Puts the golden companies into a corpus and asks every question of theirs, and those of other trades.
import { mappingOf } from '../src/documents/mapping.ts'
import { readDocument, type IndexedDocument } from '../src/documents/document.ts'
import { cutDocument } from '../src/ingest/cut.ts'
import { readFile } from '../src/ingest/formats/read.ts'
import { coreQuestion } from '../src/language/core-question.ts'
import { estimateTokens } from '../src/language/token-count.ts'
import { questionLanguage } from '../src/language/language.ts'
import { chooseUnits } from '../src/llm/extractive.ts'
import { parseProfile } from '../src/profiles/profile.ts'
import { isLikelyAnswered } from '../src/search/evidence.ts'
import type { SearchResult } from '../src/search/engine.ts'
import type { CompanyProfile, Language } from '../src/types.ts'
import { findProblem, nameDocument } from '../src/uploads/documents.ts'
import { makeCatalogue } from '../test/golden/companies/generated/catalogue.ts'
import {
  companyIds, isHeldOut, readCompany, readCrossLanguage, readFitted, type CompanyQuestion, type GoldenCompany,
} from '../test/golden/companies/read.ts'
import type { Corpus } from './corpus.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import { isWithin } from '../src/evaluation/judge-case.ts'

/** The purpose of a question. The right answer to all but the first is "not found". */
export type AskedKind = 'answered' | 'not_offered' | 'off_topic' | 'unstated'

/** A question that was asked, with the found passages. */
export interface AskedQuestion {
  company: string
  profile: CompanyProfile
  /** The company's language, and the question's. */
  documents: Language
  language: Language
  /** Chunks of the company. */
  size: number
  kind: AskedKind
  q: string
  /** Accepted strings, and documents that answer; empty for the other kinds. */
  answer: string[]
  doc: string[]
  /** Nothing is fitted on the whole company, or on this question; null where it may be fitted on. */
  heldOut: 'company' | 'question' | null
  found: SearchResult
}

const passages = 6
/** As in the defaults of the service (config.ts). */
const cut = { maxTokens: 256, overlapTokens: 32 }
const limits = { maxPages: 100, maxUnpackedBytes: 50_000_000 }
/** Questions of other trades for each company. */
const offTopicQuestions = 24

/**
 * Matches questions that any organisation can answer: its hours, how to reach and to pay it, the cost of sending something.
 * They are not off-topic anywhere.
 */
const common = new RegExp(
  'heure|horaire|ouvert|ouvr|ferm|téléphone|mail|adresse|où |parking|gar(?:er|e )|pay|carte|livr|chèque|chien|wifi|rendez-vous|annul|' +
  'hour|open|clos|phone|address|where|park|card|deliver|cash|dog|wi-fi|appointment|cancel|contact|who |manager|director|' +
  'öffnung|geöffnet|offen|telefon|adresse|wo |parken|parkplatz|zahl|karte|liefer|hund|wlan|termin|absag|wer |leiter|' +
  'hora|abier|abre|cierr|teléfono|correo|dirección|dónde|aparca|pag[ao]|tarjeta|perro|wi-?fi|cita|cancel|quién|' +
  'chius|apert|orari|dove|parchegg|carta|telefono|open|gesloten|telefoon|waar|parker|betalen',
  'iu'
)

/** Returns the golden companies: those kept as folders, and a generated catalogue of that many documents (none of 0). */
export function goldenCompanies (catalogue: number): GoldenCompany[] {
  return [...companyIds().map(readCompany), ...(catalogue > 0 ? [makeCatalogue({ size: catalogue })] : [])]
}

/** Reads a company's documents as an upload would. */
export async function documentsOf ({ profile, documents, pages }: GoldenCompany): Promise<Record<string, IndexedDocument[]>> {
  const { indexes } = parseProfile(profile)
  const read: Record<string, IndexedDocument[]> = {}
  for (const [kind, list] of Object.entries(documents)) {
    const mapping = mappingOf(indexes[kind]!, list)
    read[kind] = list.map(document => readDocument(document, mapping)).filter(document => document !== null)
  }
  const uploaded: IndexedDocument[] = read.pages ??= []
  for (const [name, text] of Object.entries(pages)) {
    const file = { name, type: '', bytes: 0, sha256: '' }
    for await (const document of readFile(new TextEncoder().encode(text), { name }, limits)) {
      const whole = cutDocument(document, cut, estimateTokens)
      if (findProblem(whole, file) === null) uploaded.push(nameDocument(whole, file))
    }
  }
  return read
}

/** Loads a company, and returns the number of its chunks. */
export async function loadCompany (corpus: Corpus, company: GoldenCompany): Promise<number> {
  const documents = await documentsOf(company)
  await corpus.loadCompany(company.profile, documents)
  return Object.values(documents).flat().reduce((sum, { chunks }) => sum + (chunks?.length ?? 1), 0)
}

interface AskOptions { only?: readonly GoldenCompany[], limit?: number }

export interface AcrossFigures { n: number, amongFive: number, answered: number, heldString: number }

/** Asks the questions in other languages than the documents; by the documents' language. */
export async function askAcrossLanguages (corpus: Corpus): Promise<Record<string, AcrossFigures>> {
  const questions = readCrossLanguage()
  const figures: Record<string, AcrossFigures> = {}
  for (const [id, own] of Map.groupBy(questions, ({ company_id }) => company_id)) {
    await loadCompany(corpus, readCompany(id))
    const { language: documents } = await corpus.profile(id)
    const sum = figures[documents] ??= { n: 0, amongFive: 0, answered: 0, heldString: 0 }
    for (const { q, answer, doc } of own) {
      const language = questionLanguage(q, documents)
      const found = await corpus.search(id, q, passages, { language })
      const isAnswered = isLikelyAnswered(q, language, documents, found)
      const units = chooseUnits({ question: q, language, documentsLanguage: documents, terms: found.terms, passages: found.passages })
      const text = comparable(units.map(unit => unit.text).join(' '))
      sum.n++
      if (found.passages.slice(0, 5).some(passage => isRightDocument(passage.id, doc))) sum.amongFive++
      if (isAnswered) sum.answered++
      if (isAnswered && answer.some(one => text.includes(comparable(one)))) sum.heldString++
    }
  }
  return figures
}

/**
 * Loads the companies and asks all their questions.
 * @param options `only`: those among the companies to load and ask, the others lend their questions; `limit`: passages for an answer
 */
export async function askCompanies (
  corpus: Corpus, companies: readonly GoldenCompany[], { only = companies, limit = passages }: AskOptions = {}
): Promise<AskedQuestion[]> {
  const asked: AskedQuestion[] = []
  for (const company of only) {
    const { questions } = company
    const ask = await asking(corpus, company, limit, asked)
    const heldOut = (i: number) => questions.held_out ? 'company' : isHeldOut(questions, i) ? 'question' : null
    for (const [i, one] of questions.questions.entries()) await ask('answered', one.q, heldOut(i), one)
    for (const [i, q] of questions.not_offered.entries()) await ask('not_offered', q, heldOut(i))
    for (const [i, q] of questions.unstated.entries()) await ask('unstated', q, heldOut(i))
    for (const [q, isOtherHeldOut] of offTopic(company, companies)) {
      await ask('off_topic', q, questions.held_out ? 'company' : isOtherHeldOut ? 'question' : null)
    }
  }
  return asked
}

/** Asks the companies that are only fitted on. */
export async function askFitted (corpus: Corpus): Promise<AskedQuestion[]> {
  const asked: AskedQuestion[] = []
  for (const { fitted, company } of readFitted()) {
    const ask = await asking(corpus, company, passages, asked)
    for (const one of company.questions.questions) await ask('answered', one.q, null, one)
    for (const q of fitted.not_offered) await ask('not_offered', q, null)
    for (const q of fitted.off_topic) await ask('off_topic', q, null)
  }
  return asked
}

/** Loads a company, and returns what asks it a question and adds it to a list. */
async function asking (corpus: Corpus, company: GoldenCompany, limit: number, asked: AskedQuestion[]) {
  const profile = parseProfile(company.profile)
  const size = await loadCompany(corpus, company)
  return async (kind: AskedKind, q: string, heldOut: AskedQuestion['heldOut'], right: Partial<CompanyQuestion> = {}) => {
    const language = questionLanguage(q, profile.language)
    const found = await corpus.search(profile.id, coreQuestion(q, language), limit, { language })
    const { answer = [], doc = [] } = right
    asked.push({ company: profile.id, profile, documents: profile.language, language, size, kind, q, answer, doc, heldOut, found })
  }
}

/** Returns questions of other trades in the company's language, spread over the companies; each with whether it is held out. */
function offTopic (company: GoldenCompany, companies: readonly GoldenCompany[]): [q: string, heldOut: boolean][] {
  const others = companies.filter(({ profile, questions }) =>
    questions.language === company.questions.language && profile.id !== company.profile.id)
  const all = others.flatMap(({ questions }) => questions.questions
    .map((one, i): [CompanyQuestion, boolean] => [one, isHeldOut(questions, i)])
    .filter(([{ kind, q }]) => kind !== 'asking' && !common.test(q))
    .map(([{ q }, heldOut]): [string, boolean] => [q, heldOut]))
  const step = Math.max(1, all.length / offTopicQuestions)
  return Array.from({ length: Math.min(offTopicQuestions, all.length) }, (_, i) => all[Math.floor(i * step)]!)
}

/** Tells whether a passage's id is one of the documents that answer: a file's name stands for its chunks and rows. */
export function isRightDocument (id: string, doc: readonly string[]): boolean {
  return doc.some(one => isWithin(id, one))
}
