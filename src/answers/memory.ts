// Keeps answers in this process's memory only.
import type { Answers } from './answers.ts'
import { createMemoryConversationAnswers } from './conversation-answers.ts'
import { createLocalAnswers, type LocalAnswersOptions } from './local.ts'

export function createMemoryAnswers (options: LocalAnswersOptions): Answers {
  const local = createLocalAnswers(options)
  const conversationAnswers = createMemoryConversationAnswers()
  return {
    async open (asked) {
      const reader = local.find(asked) ?? local.start(asked)
      conversationAnswers.note(asked, reader.answerId)
      return reader
    },
    join: async (company, answerId, from) => local.join(company, answerId, from),
    stop: async (company, answerId, cause = 'stopped') => local.stop(company, answerId, cause),
    findByConversation: conversationAnswers.find,
    stats: local.stats,
    close: local.close,
  }
}
