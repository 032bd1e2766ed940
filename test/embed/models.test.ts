// The traits of embedding models, by name and from a repository's own files.

import t from 'tap'
import { preferredModel, repositoryOf, traitsOf } from '../../src/embed/models.ts'

t.test('the short name of the default model stands for its repository, other ids for themselves', async (t) => {
  t.equal(repositoryOf('all-MiniLM-L6-v2'), 'onnx-community/all-MiniLM-L6-v2-ONNX')
  t.equal(repositoryOf('Xenova/multilingual-e5-small'), 'Xenova/multilingual-e5-small')
})

t.test('English gets the first model, every other language the first multilingual one, and a named model counts', async (t) => {
  const models = ['all-MiniLM-L6-v2', 'someone/other', 'multilingual-e5-small', 'BAAI/bge-m3']
  t.equal(preferredModel(models, 'en'), 'all-MiniLM-L6-v2')
  for (const language of ['fr', 'de', 'es', 'und'] as const) t.equal(preferredModel(models, language), 'multilingual-e5-small', language)
  t.equal(preferredModel(['all-MiniLM-L6-v2'], 'fr'), 'all-MiniLM-L6-v2', 'there is no other')
  t.equal(preferredModel(['BAAI/bge-m3', 'all-MiniLM-L6-v2'], 'en'), 'BAAI/bge-m3')
  t.equal(preferredModel(models, 'fr', 'someone/other'), 'someone/other')
  t.equal(preferredModel([], 'fr'), '')
})

t.test('rejects an id that would lead out of the models directory', async (t) => {
  for (const id of ['../secrets', 'a/../../b', '/etc/passwd', 'a/b/c', 'a\\b', '', '.hidden/x', 'a/..']) {
    t.throws(() => repositoryOf(id), /not the name of a model/, JSON.stringify(id))
  }
})

t.test('the name tells the family', async (t) => {
  const cases: [string, string, string, string][] = [
    ['onnx-community/all-MiniLM-L6-v2-ONNX', 'mean', '', ''],
    ['Xenova/paraphrase-multilingual-MiniLM-L12-v2', 'mean', '', ''],
    ['Xenova/multilingual-e5-small', 'mean', 'query: ', 'passage: '],
    ['intfloat/e5-base-v2', 'mean', 'query: ', 'passage: '],
    ['Xenova/bge-m3', 'cls', '', ''],
    ['Xenova/gte-small', 'mean', '', ''],
    ['Alibaba-NLP/gte-multilingual-base', 'cls', '', ''],
    ['Snowflake/snowflake-arctic-embed-m-v2.0', 'cls', 'query: ', ''],
    ['nomic-ai/nomic-embed-text-v1.5', 'mean', 'search_query: ', 'search_document: '],
    ['somebody/something-new', 'mean', '', '']
  ]
  for (const [repository, pooling, queryPrefix, passagePrefix] of cases) {
    t.match(traitsOf(repository), { pooling, queryPrefix, passagePrefix }, repository)
  }
  t.match(traitsOf('intfloat/multilingual-e5-large-instruct').queryPrefix, /^Instruct: .*\nQuery: $/)
  t.equal(traitsOf('intfloat/multilingual-e5-large-instruct').passagePrefix, '')
  t.match(traitsOf('Xenova/bge-small-en-v1.5').queryPrefix, /^Represent this sentence/)
  t.equal(traitsOf('Qwen/Qwen3-Embedding-0.6B').pooling, 'last')
})

t.test('the repository\'s own files override the family', async (t) => {
  const pooling = { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }
  t.equal(traitsOf('a/e5-mine', { pooling }).pooling, 'cls')
  t.equal(traitsOf('a/e5-mine', { pooling: { pooling_mode: 'lasttoken' } }).pooling, 'last')
  const sentenceTransformers = { prompts: { query: 'Q: ', document: 'D: ' } }
  t.match(traitsOf('a/e5-mine', { sentenceTransformers }), { queryPrefix: 'Q: ', passagePrefix: 'D: ' })
  t.match(traitsOf('a/e5-mine', { sentenceTransformers: { prompts: { query: 'Q: ' } } }), { queryPrefix: 'Q: ', passagePrefix: '' })
})

t.test('empty prompts and files of another shape change nothing', async (t) => {
  const e5 = { queryPrefix: 'query: ', passagePrefix: 'passage: ', pooling: 'mean' }
  t.match(traitsOf('a/e5-mine', { sentenceTransformers: { prompts: { query: '', document: '' } } }), e5)
  t.match(traitsOf('a/e5-mine', { sentenceTransformers: null, pooling: 'x', tokenizer: [] }), e5)
})

t.test('the longest input is the tokenizer\'s, within bounds', async (t) => {
  t.equal(traitsOf('a/b', { tokenizer: { model_max_length: 128 } }).maxTokens, 128)
  t.equal(traitsOf('a/b', { tokenizer: { model_max_length: 1e30 } }).maxTokens, 512)
  t.equal(traitsOf('a/b').maxTokens, 512)
  t.equal(traitsOf('x/all-MiniLM-L6-v2-ONNX', { tokenizer: { model_max_length: 512 } }).maxTokens, 256)
})
