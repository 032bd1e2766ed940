// Writes titles, tags, follow-up questions and merged answers for chat applications by rules, without a language model.
import { withoutMarks } from '../../language/citation-marks.ts'
import { coreQuestion } from '../../language/core-question.ts'
import { courtesyOf, withoutCourtesy } from '../../language/courtesy.ts'
import { questionLanguage } from '../../language/language.ts'
import { topicWeights } from '../../language/topic.ts'
import { contentWords, fold } from '../../language/words.ts'
import type { CompanyProfile } from '../../types.ts'
import type { Chore, ChoreKind } from './chores.ts'

type Company = Pick<CompanyProfile, 'name' | 'language' | 'commonQuestions'>

/** A pasted page says no more than its beginning. */
const longestRead = { messages: 20, chars: 2_000 }
const longestTitle = { words: 8, chars: 60 }
const maxTags = 3
const maxFollowUps = 3

/** Returns the text that the application gets, or the arguments of the function that it has called. */
export function replyToChore ({ kind, key, keys, conversation }: Chore, company: Company): string {
  const asked = conversation.filter(({ role }) => role === 'user').slice(0, longestRead.messages)
    .map(({ text }) => text.slice(0, longestRead.chars))
  const value = kind === 'merge' ? mergeOf(conversation.map(({ text }) => text)) : writers[kind](asked, company)
  if (key !== null) {
    const spoken = questionLanguage(asked.join('\n'), company.language)
    const other = (name: string) => /^lang/i.test(name) ? spoken : ''
    return JSON.stringify(Object.fromEntries(keys.map(name => [name, name === key ? value : other(name)])))
  }
  return Array.isArray(value) ? value.join('\n') : value
}

const writers: Record<Exclude<ChoreKind, 'merge'>, (asked: string[], company: Company) => string | string[]> = {
  title: titleOf,
  tags: tagsOf,
  'follow-ups': followUps,
  // The documents are searched with each question anyway.
  search: () => [],
  completion: () => '',
  tools: () => [],
  // The message is the company's own, as a rule.
  emoji: () => '🙂',
}

/** Returns the lines of all answers, each once. Their marks cite sources of different lists. */
function mergeOf (answers: string[]): string {
  const before = new Set<string>()
  const merged = answers.map(answer => withoutMarks(answer).split('\n').filter(line => {
    const words = bare(line)
    const isNew = words === '' || !before.has(words)
    before.add(words)
    return isNew
  }).join('\n').trim())
  return merged.filter(Boolean).join('\n\n')
}

/** Returns the words of a text, to compare it with others. */
function bare (text: string): string {
  return fold(text.toLowerCase()).replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

/** Returns the first question, without its courtesies, cut short; a greeting only when there is nothing else. */
function titleOf (asked: string[], { name, language }: Company): string {
  const question = asked.find(text => courtesyOf(text, language, name) === null) ?? asked[0] ?? name
  const core = coreQuestion(withoutCourtesy(question, name), questionLanguage(question, language))
  const words = core.replace(/[\p{Cc}\s"“”«»`*#]+/gu, ' ').replace(/[\s.,;:!?…–-]+$/u, '').trim().split(' ')
  let title = ''
  for (const word of words.slice(0, longestTitle.words)) {
    if (title.length + word.length >= longestTitle.chars) break
    title += `${title === '' ? '' : ' '}${word}`
  }
  const isCut = title.split(' ').length < words.length
  const bare = title.replace(/[\s,;:–-]+$/u, '') || name
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}${isCut ? '…' : ''}`
}

/** Returns the words that name what was asked about, those named most often first. */
function tagsOf (asked: string[], { language, name }: Company): string[] {
  const counts = new Map<string, { word: string, weight: number }>()
  for (const text of asked) {
    if (courtesyOf(text, language, name) !== null) continue
    const spoken = questionLanguage(text, language)
    const weights = topicWeights(text, spoken, language, [])
    for (const word of new Set(contentWords(text, spoken))) {
      const weight = weights.get(fold(word)) ?? 0
      if (weight === 0 || word.length < 3) continue
      counts.set(fold(word), { word, weight: weight + (counts.get(fold(word))?.weight ?? 0) })
    }
  }
  const tags = [...counts.values()].sort((a, b) => b.weight - a.weight).slice(0, maxTags).map(({ word }) => word)
  return tags.length > 0 ? tags : ['General']
}

/** Returns common questions of the company that were not asked yet. */
function followUps (asked: string[], { commonQuestions }: Company): string[] {
  const before = new Set(asked.map(bare))
  return commonQuestions.filter(question => !before.has(bare(question))).slice(0, maxFollowUps)
}
