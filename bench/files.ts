// Reads the golden files as uploads are read, and asks what they say: in the language model's prompt, and in an answer without one.
import { buildMessages } from '../src/chat/messages.ts'
import type { IndexedDocument } from '../src/documents/document.ts'
import { cutDocument } from '../src/ingest/cut.ts'
import { readFile } from '../src/ingest/formats/read.ts'
import { coreQuestion } from '../src/language/core-question.ts'
import { estimateTokens } from '../src/language/token-count.ts'
import { createExtractiveModel } from '../src/llm/extractive.ts'
import { isLikelyAnswered } from '../src/search/evidence.ts'
import { findProblem, nameDocument } from '../src/uploads/documents.ts'
import { fileCompanies } from '../test/golden/files/read.ts'
import type { FileCompany, FileQuestion } from '../test/golden/files/read.ts'
import type { Corpus } from './corpus.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'

/** How one question about a file went. */
export interface FileOutcome {
  company: string
  asked: FileQuestion
  /** The prompt of a language model holds an accepted string. */
  inPrompt: boolean
  /** So does the first line of the answer without one; '' when it says that nothing was found. */
  inLine: boolean
  line: string
}

const passages = 6
/** As in the defaults of the service (config.ts). */
const cut = { maxTokens: 256, overlapTokens: 32 }
const limits = { maxPages: 100, maxUnpackedBytes: 50_000_000 }
const maxDocsChars = 6000

/** Reads the files of a company into the documents of one index. */
export async function documentsOfFiles ({ files, language }: FileCompany): Promise<IndexedDocument[]> {
  const documents: IndexedDocument[] = []
  for (const [name, bytes] of Object.entries(files)) {
    const file = { name, type: '', bytes: bytes.length, sha256: '' }
    for await (const document of readFile(bytes, { name, language, mapping: { title: 'title', text: ['text'], url: 'url' } }, limits)) {
      const whole = cutDocument(document, cut, estimateTokens)
      if (findProblem(whole, file) === null) documents.push(nameDocument(whole, file))
    }
  }
  return documents
}

/** Loads the golden files and asks all that is asked of them. */
export async function askFiles (corpus: Corpus): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = []
  const model = createExtractiveModel()
  for (const company of fileCompanies()) {
    const { id, name, language, questions } = company
    await corpus.loadCompany({ id, name, language, indexes: { files: {} } }, { files: await documentsOfFiles(company) })
    const profile = await corpus.profile(id)
    for (const asked of questions) {
      const question = coreQuestion(asked.q, language)
      const found = await corpus.search(id, question, passages)
      const { messages } = buildMessages({
        profile, question, passages: found.passages, language, documentsLanguage: language, compression: 'adaptive', maxDocsChars,
        maxHintsChars: 0, maxHistoryChars: 0,
      })
      // The question itself may hold the string.
      const prompt = /<passages>\n(.*)\n<\/passages>/s.exec(messages.at(-1)!.content)?.[1] ?? ''
      let text = ''
      if (isLikelyAnswered(question, language, language, found)) {
        const grounds = { question, language, documentsLanguage: language, terms: found.terms, passages: found.passages }
        const request = { ...grounds, messages, signal: new AbortController().signal } as Parameters<typeof model.stream>[0]
        await model.stream(request, more => {
          text += more
          return false
        })
      }
      const line = text.split('\n')[0]!
      const holds = (where: string) => asked.answer.some(answer => comparable(where).includes(comparable(answer)))
      outcomes.push({ company: id, asked, inPrompt: holds(prompt), inLine: holds(line), line })
    }
  }
  return outcomes
}
