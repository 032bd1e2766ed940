// Answers in this process's memory alone.
import type { Answers } from './answers.ts'
import { createLocalAnswers, type LocalAnswersOptions } from './local.ts'

export function createMemoryAnswers (options: LocalAnswersOptions): Answers {
  const local = createLocalAnswers(options)
  return {
    open: async asked => local.find(asked) ?? local.start(asked),
    join: async (company, answerId, from) => local.join(company, answerId, from),
    stop: async (company, answerId, cause = 'stopped') => local.stop(company, answerId, cause),
    stats: local.stats,
    close: local.close,
  }
}
