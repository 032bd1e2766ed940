// Builds what a language model is sent: prompt, page, passages, history, question, under a budget of characters.
import type { ChatMessage } from '../llm/model.ts'
import type { CompanyProfile, Language, Passage } from '../types.ts'
import { phrases } from './phrases.ts'

export interface Page { path?: string, title?: string, hints?: string[] }

export interface MessageParts<P extends Passage> {
  profile: CompanyProfile
  language: Language
  passages: P[]
  history: ChatMessage[]
  page?: Page
  question: string
  maxDocsChars: number
  maxHintsChars: number
}

/** A passage is cut rather than left out while this many of its characters still fit. */
const worthCutting = 200

/**
 * The messages of one question. Passages come numbered from 1, in order; the weakest are the first that do not fit.
 * Whatever comes from documents or pages is fenced and named as data: nothing inside is an instruction.
 */
export function buildMessages<P extends Passage> (parts: MessageParts<P>): { messages: ChatMessage[], used: P[] } {
  const { profile, language, page, question, history } = parts
  const { text, used } = fencePassages(parts.passages, parts.maxDocsChars)
  const rules = phrases(language)
  const system = [profile.systemPrompt || rules.systemPrompt(profile.name), rules.citationRule, rules.dataRule]
  const hints = fencePage(page, parts.maxHintsChars)
  const context = [hints, `<passages>\n${text}\n</passages>`].filter(Boolean).join('\n\n')
  return {
    messages: [
      { role: 'system', content: system.join('\n\n') },
      ...history,
      { role: 'user', content: `${context}\n\n${rules.question}: ${question}` },
    ],
    used,
  }
}

/** A passage as text: its title, its facts, its prose. */
export function passageText ({ title, fields, text }: Passage): string {
  return [title, ...fields.map(([label, value]) => `${label}: ${value}`), text].filter(Boolean).join('\n')
}

function fencePassages<P extends Passage> (passages: P[], budget: number): { text: string, used: P[] } {
  const used: P[] = []
  const fenced: string[] = []
  let left = budget
  for (const passage of passages) {
    const body = passageText(passage)
    if (body.length > left && used.length > 0 && left < worthCutting) break
    fenced.push(`<passage n="${used.length + 1}">\n${asData(cut(body, left))}\n</passage>`)
    used.push(passage)
    left -= body.length
    if (left <= 0) break
  }
  return { text: fenced.join('\n'), used }
}

function fencePage (page: Page | undefined, budget: number): string {
  if (!page) return ''
  const lines = [page.title, page.path, ...page.hints ?? []].filter(line => line !== undefined && line !== '').join('\n')
  return lines === '' ? '' : `<page>\n${asData(cut(lines, budget))}\n</page>`
}

/** Text from outside cannot close its fence, nor open another. */
function asData (text: string): string {
  return text.replace(/<(?=\/?(?:passages?|page)\b)/gi, '‹')
}

/** The first characters (UTF-16 units) of a text, never half a surrogate pair: language model servers refuse that. */
export function cut (text: string, chars: number): string {
  return text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '')
}
