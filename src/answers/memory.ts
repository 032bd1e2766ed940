// Keeps answers in this process's memory only.
import type { Answers } from './answers.ts'
import { createMemoryConversationAnswers } from './conversation-answers.ts'
import { hashOfUser } from '../ids.ts'
import { createLocalAnswers, isOfSubject } from './local.ts'
import type { LocalAnswersOptions } from './local-types.ts'

export function createMemoryAnswers (options: LocalAnswersOptions): Answers {
  const local = createLocalAnswers(options)
  const conversationAnswers = createMemoryConversationAnswers()
  return {
    async open (asked) {
      const reader = local.find(asked) ?? local.start(asked)
      conversationAnswers.note(asked, reader.answerId)
      return reader
    },
    findKept: local.findKept,
    join: async (company, answerId, from, user) => local.join(company, answerId, from, user),
    stop: async (company, answerId, user) => local.stop(company, answerId, 'stopped', user),
    async erase ({ company, user }) {
      const userHash = user === undefined ? null : hashOfUser(company, user)
      return (await local.forget(log => isOfSubject(log, company, userHash))).length
    },
    findByConversation: conversationAnswers.find,
    stats: local.stats,
    close: local.close,
  }
}
