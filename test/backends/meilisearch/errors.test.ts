// How failures of writing to Meilisearch are told.
import t from 'tap'
import { MeilisearchError, asWriteError, refusal } from '../../../src/backends/meilisearch/errors.ts'

const answer = (status: number, code: string, message: string) =>
  refusal(status, JSON.stringify({ message, code, type: 'system' }), undefined)

t.test('a full disk is told as such, in each of the ways in which Meilisearch says it, and without its path', async t => {
  for (const error of [
    answer(500, 'internal', 'No space left on device (os error 28) at path "/meili_data/data.ms/update_files/.tmpabc"'),
    answer(422, 'no_space_left_on_device', 'Meilisearch cannot receive write operations because the limit of the task database has been ' +
      'reached. Please delete tasks to continue performing write operations.'),
    new Error('no_space_left_on_device: There is no more space left on the device.'),
  ]) {
    t.match(asWriteError(error), { code: 'STORE_FULL', retryable: true, message: /Meilisearch's disk, or its list of tasks\.$/ })
  }
  for (const error of [
    answer(500, 'internal', 'Something else.'), answer(400, 'malformed_payload', 'It cannot be read.'),
    new Error('io_error: Input/output error'),
    new MeilisearchError('unreachable', 'Meilisearch does not answer: ECONNREFUSED'),
  ]) t.equal(asWriteError(error).code, 'SEARCH_UNAVAILABLE')
})
