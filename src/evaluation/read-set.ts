// Reads the cases of a set: the project's golden sets, SQuAD, CSV, JSON and JSON lines.
import { parse } from 'csv-parse/sync'
import { isObject } from '../plain-object.ts'
import type { EvalCase } from './case.ts'

export const setFormats = ['golden', 'squad', 'json', 'jsonl', 'csv'] as const
export type SetFormat = typeof setFormats[number]

export interface EvalSet {
  cases: EvalCase[]
  /** The company that the set is about, where it says so. */
  company?: string
}

/** Thrown when a set cannot be read; the message says where and why. */
export class SetError extends Error {
  override readonly name = 'SetError'
}

const maxCases = 100_000
const maxChars = 8000

type Written = Record<string, unknown>

/** Reads a set. The format is seen from the content and the file's name when it is not given. Throws SetError. */
export function readSet (text: string, name: string, format?: SetFormat): EvalSet {
  const plain = text.replace(/^\uFEFF/, '')
  const known = format ?? formatOf(name)
  const { cases, company }: EvalSet =
    known === 'csv' ? { cases: readCsv(plain) } : known === 'jsonl' ? { cases: readLines(plain) } : readJson(plain, known)
  if (cases.length === 0) throw new SetError('The set has no questions.')
  if (cases.length > maxCases) throw new SetError(`The set has more than ${maxCases} questions.`)
  return { cases: withIds(cases), ...(company === undefined ? {} : { company }) }
}

function formatOf (name: string): SetFormat | undefined {
  return /\.(csv|tsv)$/i.test(name) ? 'csv' : /\.(jsonl|ndjson)$/i.test(name) ? 'jsonl' : undefined
}

/** Gives each case without an id one by its place, and each case of equal ids one of its own. */
function withIds (cases: EvalCase[]): EvalCase[] {
  const seen = new Set<string>()
  return cases.map((one, i) => {
    let id = one.id === '' ? `q${i + 1}` : one.id
    if (seen.has(id)) id = `${id}#${i + 1}`
    seen.add(id)
    return { ...one, id }
  })
}

function readJson (text: string, format: SetFormat | undefined): { cases: EvalCase[], company?: string } {
  const value = parseJson(text, 'The file')
  if (isObject(value) && Array.isArray(value.data) && format !== 'golden') return { cases: readSquad(value.data) }
  if (Array.isArray(value)) return { cases: value.map((one, i) => toCase(one, `Question ${i + 1}`)) }
  if (isObject(value) && format !== 'squad') return readGolden(value)
  throw new SetError('The JSON is neither a list of questions, nor a golden set, nor SQuAD ("data": […]).')
}

/** The lists of a golden set, and whether their questions have answers. */
const goldenLists: [name: string, answerable: boolean][] = [
  ['questions', true], ['paraphrases', true], ['unanswerable', false], ['not_offered', false], ['unstated', false],
]

function readGolden (set: Written): { cases: EvalCase[], company?: string } {
  const lists = goldenLists.filter(([name]) => set[name] !== undefined)
  if (lists.length === 0) throw new SetError(`The JSON object has none of the lists ${goldenLists.map(([name]) => name).join(', ')}, data.`)
  const cases = lists.flatMap(([name, answerable]) => {
    const list = set[name]
    if (!Array.isArray(list)) throw new SetError(`${name} is no list.`)
    return list.map((one, i) => {
      const written = typeof one === 'string' ? { question: one } : one
      const read = toCase(written, `${name}, question ${i + 1}`)
      return { ...read, answerable: answerable && read.answerable, group: read.group ?? name }
    })
  })
  return { cases, ...(typeof set.company_id === 'string' ? { company: set.company_id } : {}) }
}

/** Reads SQuAD 1.1 and 2.0: `data[].paragraphs[].{context, qas[]}`, or a flat list of `{question, context, answers}`. */
function readSquad (data: unknown[]): EvalCase[] {
  return data.flatMap((article, a) => {
    if (!isObject(article)) throw new SetError(`data, item ${a + 1} is no object.`)
    if (!Array.isArray(article.paragraphs)) return [toCase(article, `data, item ${a + 1}`)]
    return article.paragraphs.flatMap((paragraph, p) => {
      const where = `data, item ${a + 1}, paragraph ${p + 1}`
      if (!isObject(paragraph) || !Array.isArray(paragraph.qas)) throw new SetError(`${where} has no "qas".`)
      const { context, qas } = paragraph
      return qas.map((one, i) => toCase(isObject(one) ? { context, ...one } : one, `${where}, question ${i + 1}`))
    })
  })
}

function readLines (text: string): EvalCase[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return []
    const written = parseJson(line, `Line ${i + 1}`)
    const read = isObject(written) && typeof written.score === 'number' ? fromFeedback(written, written.score) : written
    return read === null ? [] : [toCase(read, `Line ${i + 1}`)]
  })
}

/**
 * Reads exported feedback, whole or as pairs: a correction is what is right, and so are the sources of an answer that was
 * liked. Null for an answer that was not, which says nothing about what is right.
 */
function fromFeedback (written: Written, score: number): Written | null {
  const { input, target, question, correction, sources } = written
  if (input !== undefined) return score < 0.5 ? null : { question: input, answer: target }
  if (typeof correction === 'string' && correction.trim() !== '') return { id: written.answer_id, question, answer: correction }
  const ids = Array.isArray(sources) ? sources.map(one => isObject(one) ? one.id : one) : []
  return score > 0 && ids.length > 0 ? { id: written.answer_id, question, sources: ids } : null
}

/** Reads a table with a header; several answers or sources stand between `|`. */
function readCsv (text: string): EvalCase[] {
  // Excel writes the delimiter above its table.
  const [line, said] = /^\s*sep=([;,\t|])\r?(?:\n|$)/i.exec(text) ?? []
  const table = text.slice(line?.length ?? 0).trimStart()
  const head = table.slice(0, table.indexOf('\n') + 1 || undefined).replace(/"(?:[^"]|"")*"/g, '')
  const delimiter = said ?? ['\t', ';', ','].find(sign => head.includes(sign)) ?? ','
  let rows: Record<string, string>[]
  try {
    const columns = (names: string[]) => names.map(name => name.trim().toLowerCase())
    // Spreadsheets end in rows of nothing but delimiters.
    const empty = { skip_empty_lines: true, skip_records_with_empty_values: true }
    rows = parse(table, { columns, delimiter, relax_column_count: true, ...empty })
  } catch (error) {
    throw new SetError(`The table cannot be read: ${(error as Error).message}`)
  }
  return rows.map((row, i) => {
    const filled = Object.entries(row).filter(([, value]) => value.trim() !== '')
    return toCase(Object.fromEntries(filled.map(([name, value]) => [name, split(name, value)])), `Row ${i + 2}`)
  })
}

function split (column: string, value: string): string | string[] {
  return [...keys.answers, ...keys.sources].includes(column) ? value.split('|').map(part => part.trim()).filter(Boolean) : value.trim()
}

/** The names that each part of a question has in sets of other tools. */
const keys = {
  question: ['question', 'q', 'input', 'query', 'user_input'],
  answers: ['answer', 'answers', 'target', 'expected', 'expected_answer', 'reference', 'ground_truth', 'output'],
  sources: ['source', 'sources', 'doc', 'docs', 'document', 'documents'],
  id: ['id', 'case', 'name'],
  group: ['group', 'kind', 'category'],
}

function toCase (written: unknown, where: string): EvalCase {
  if (!isObject(written)) throw new SetError(`${where} is no object.`)
  const question = textOf(first(written, keys.question), `${where}: the question`)
  if (question === undefined || question.trim() === '') throw new SetError(`${where} has no question.`)
  const answers = listOf(first(written, keys.answers), `${where}: the answer`)
  const sources = listOf(first(written, keys.sources), `${where}: the source`)
  const context = textOf(written.context, `${where}: the context`)
  const group = textOf(first(written, keys.group), `${where}: the group`)
  return {
    id: textOf(first(written, keys.id), `${where}: the id`) ?? '',
    question,
    answers,
    sources,
    ...(context === undefined ? {} : { context }),
    answerable: isAnswerable(written, answers, sources),
    required: flag(written.required) ?? false,
    ...(group === undefined ? {} : { group }),
  }
}

/** An empty list of answers, as SQuAD 2.0 has, says that there is none; a question without any says nothing. */
function isAnswerable (written: Written, answers: string[], sources: string[]): boolean {
  const said = flag(written.answerable) ?? not(flag(written.is_impossible)) ?? not(flag(written.unanswerable))
  if (said !== undefined) return said
  return answers.length > 0 || sources.length > 0 || first(written, keys.answers) === undefined
}

function not (value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value
}

function first (written: Written, names: readonly string[]): unknown {
  return names.map(name => Object.hasOwn(written, name) ? written[name] : undefined).find(value => value !== undefined && value !== null)
}

function textOf (value: unknown, where: string): string | undefined {
  if (value === undefined || value === null) return undefined
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') throw new SetError(`${where} is no text.`)
  if (text.length > maxChars * 10) throw new SetError(`${where} is too long.`)
  return text.normalize('NFC')
}

/** Reads one text, several, or SQuAD's `[{text}]` and `{text: […]}`. */
function listOf (value: unknown, where: string): string[] {
  const list = Array.isArray(value) ? value : isObject(value) && Array.isArray(value.text) ? value.text : [value]
  const texts = list.map(one => textOf(isObject(one) ? one.text : one, where)).filter(text => text !== undefined && text.trim() !== '')
  return [...new Set(texts as string[])]
}

function flag (value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 0 || value === 1) return value === 1
  if (typeof value !== 'string') return undefined
  return /^(true|yes|1|x)$/i.test(value.trim()) ? true : /^(false|no|0)$/i.test(value.trim()) ? false : undefined
}

function parseJson (text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SetError(`${where} is not JSON: ${(error as Error).message}`)
  }
}
