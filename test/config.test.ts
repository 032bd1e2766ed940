// The settings: defaults that start, `.env`, the environment, and errors that name the key.
import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import t from 'tap'
import { loadConfig, makeConfig } from '../src/config.ts'
import { idleSettings } from '../src/config-checks.ts'
import { ConfigSchema } from '../src/config-schema.ts'
import { temporaryFolder } from './helper.ts'

type Setting = { default: unknown, description: string }
const settings = Object.entries(ConfigSchema.properties as unknown as Record<string, Setting>)

t.test('gives every setting a valid default and one line of explanation', async t => {
  t.strictSame({ ...makeConfig({}) }, Object.fromEntries(settings.map(([key, setting]) => [key, setting.default])))
  for (const [key, { description }] of settings) t.match(description, /^[^\n]{10,200}$/, key)
})

t.test('has the defaults of the design', async t => {
  t.match(makeConfig({}), {
    HOST: '127.0.0.1', PORT: 8002, LOG_LEVEL: 'info', PROFILE: 'development', DATA_DIR: './var',
    LLM_URL: '', LLM_API: 'openai', LLM_CONNECT_TIMEOUT_SECONDS: 3, LLM_FIRST_TOKEN_SECONDS: 60, LLM_TIMEOUT_SECONDS: 10,
    LLM_RETRIES: 2, LLM_MAX_TOKENS: 256,
    LLM_TEMPERATURE: 0.2, LLM_POOL_SIZE: 20, LLM_KEEP_ALIVE: '60m', NGRAM_MAX: 20, PROMPT_CACHE_TTL_SECONDS: 3600,
    ANSWER_CACHE_TTL_SECONDS: 3600, ANSWER_GRACE_SECONDS: 30,
    EMBEDDING_MODELS: 'all-MiniLM-L6-v2,multilingual-e5-small', EMBEDDING_DTYPE: 'auto',
    MAX_HINTS_CHARS: 800, MAX_DOCS_CHARS: 6000, STREAM_CHUNK_CHARS: 0, RATE_LIMIT_CALLS: 10, RATE_LIMIT_WINDOW_SECONDS: 300,
  })
})

t.test('checks settings that depend on one another', async t => {
  const key = { MEILI_KEY: 'k', MEILI_KEY_UID: 'u' }
  for (const [given, message] of [
    [{ MEILI_URL: 'meili:7700', ...key }, /MEILI_URL must be an address/],
    [{ MEILI_URL: 'localhost', ...key }, /MEILI_URL must be an address/],
    [{ MEILI_URL: 'http://meili:7700' }, /MEILI_KEY is missing/],
    [{ MEILI_URL: 'http://127.0.0.1:7700', MEILI_KEY: 'k' }, /MEILI_KEY_UID is missing: `causerie meili keys`/],
  ] as const) t.throws(() => makeConfig(given), { message }, JSON.stringify(given))
  for (const given of [
    { MEILI_URL: 'http://meili:7700', ...key }, { MEILI_URL: 'https://meili.example/path', ...key },
    { MEILI_URL: 'http://localhost:7700' }, { MEILI_KEY: 'k' },
  ]) { t.doesNotThrow(() => makeConfig(given)) }
})

t.test('.env', async t => {
  const dir = await temporaryFolder(t)
  const file = async (text: string) => {
    const path = join(dir, `${Math.random()}.env`)
    await writeFile(path, text)
    return path
  }

  t.test('is read if it exists', async t => {
    t.match(loadConfig({}, await file('# comment\nPORT=9000\nLLM_MODEL="a b"\n')), { PORT: 9000, LLM_MODEL: 'a b' })
    t.equal(loadConfig({}, join(dir, 'none')).PORT, 8002)
  })

  t.test('may come from any editor, and be written for a shell', async t => {
    const text = '# settings\r\nexport PORT=9000\r\nLLM_MODEL="a b" # which\r\nHOST = \'127.0.0.2\'\r\n'
    const want = { PORT: 9000, LLM_MODEL: 'a b', HOST: '127.0.0.2' }
    t.match(loadConfig({}, await file(text)), want)
    t.match(loadConfig({}, await file(`\ufeff${text}`)), want, 'with a byte order mark')
    t.match(loadConfig({}, await file(text.replaceAll('\r\n', '\r'))), want, 'with carriage returns alone')
    const path = await file('')
    await writeFile(path, Buffer.from(`\ufeff${text}`, 'utf16le'))
    t.match(loadConfig({}, path), want, 'in UTF-16')
    t.throws(() => loadConfig({}, dir), { message: `${dir} cannot be read: EISDIR` })
  })

  t.test('names the line of a setting that is written without =', async t => {
    for (const [text, line] of [['# x\nPORT: 9000', 2], ['HOST=::1\n\nexport PORT 9000\n', 3], ['PORT', 1]] as const) {
      const path = await file(text)
      t.throws(() => loadConfig({}, path), { message: `${path}: line ${line} must be PORT=value` }, text)
    }
    t.match(loadConfig({}, await file('LLM_HEADERS="X-A: b\nPORT: c"\nPORT=9000')), { PORT: 9000 }, 'unless it stands within a value')
  })

  t.test('loses against the environment', async t => {
    t.match(loadConfig({ PORT: '9001' }, await file('PORT=9000\nNGRAM_MAX=5')), { PORT: 9001, NGRAM_MAX: 5 })
  })

  t.test('stops the start with an unknown key, and names it and what may be meant', async t => {
    const path = await file('PORT=9000\nLLM_MODELL=x')
    t.throws(() => loadConfig({}, path), { message: `${path}: unknown setting LLM_MODELL; did you mean LLM_MODEL?` })
    const lower = await file('port=9000')
    t.throws(() => loadConfig({}, lower), { message: /unknown setting port; did you mean PORT\?/ })
    const joined = await file('LLMURL=x')
    t.throws(() => loadConfig({}, joined), { message: /did you mean LLM_URL\?/ })
    const strange = await file('COLOUR=x')
    t.throws(() => loadConfig({}, strange), { message: /unknown setting COLOUR$/ })
    for (const [typed, meant] of [
      ['RATE_LIMT_CALLS', 'RATE_LIMIT_CALLS'], ['PROT', 'PORT'], ['HOSTT', 'HOST'], ['LLM_APIKEY', 'LLM_API_KEY'],
    ] as const) {
      const path = await file(`${typed}=1`)
      t.throws(() => loadConfig({}, path), { message: new RegExp(`unknown setting ${typed}; did you mean ${meant}\\?`) })
    }
  })

  t.test('ignores unknown keys of the environment', async t => {
    t.doesNotThrow(() => loadConfig({ PATH: '/bin', HOME: '/root' }, join(dir, 'none')))
  })
})

t.test('takes an empty value for the default', async t => {
  t.match(makeConfig({ PORT: '', LLM_API: '', TRUST_PROXY: '', DATA_DIR: '' }), {
    PORT: 8002, LLM_API: 'openai', TRUST_PROXY: 'false', DATA_DIR: './var',
  })
})

t.test('or for none, where the setting says so', async t => {
  const config = makeConfig(Object.fromEntries(settings.map(([key]) => [key, '']))) as Record<string, unknown>
  for (const [key, { description }] of settings) if (/empty = (none|nowhere)/.test(description)) t.equal(config[key], '', key)
})

t.test('knows yes and no in the forms that people and platforms write', async t => {
  for (const value of ['true', 'YES', 'on', '1', 'y', 'T', 'enabled', '"1"']) {
    t.equal(makeConfig({ LOG_QUESTIONS: value }).LOG_QUESTIONS, true, value)
  }
  for (const value of ['false', 'No', 'off', '0', 'n', 'f', 'Disabled', ' 0 ']) {
    t.equal(makeConfig({ FAQ_ANSWERS: value }).FAQ_ANSWERS, false, value)
  }
  for (const value of ['maybe', '2', 'tru']) t.throws(() => makeConfig({ FAQ_ANSWERS: value }), /FAQ_ANSWERS must be boolean/, value)
})

t.test('takes no number without end, and no key that cannot be sent', async t => {
  for (const value of ['Infinity', '-Infinity', '1e400', 'NaN']) {
    t.throws(() => makeConfig({ LLM_TIMEOUT_SECONDS: value }), /LLM_TIMEOUT_SECONDS must be integer/, value)
  }
  for (const key of ['LLM_API_KEY', 'LLM_FALLBACK_API_KEY', 'MEILI_WRITE_KEY', 'WEB_SEARCH_KEY', 'SUPABASE_KEY']) {
    for (const value of ['sk\u20131', 'sk\n1', 'sk\u00a01', '\u201csk-1\u201d']) {
      t.throws(() => makeConfig({ [key]: value }), new RegExp(`^setting ${key} has a line end`), value)
    }
    t.match(makeConfig({ [key]: ' "Bearer sk-1"\r\n' }), { [key]: 'sk-1' })
    t.match(makeConfig({ [key]: 'a key of words' }), { [key]: 'a key of words' })
  }
})

t.test('converts values', async t => {
  t.match(makeConfig({ PORT: '0', LLM_TEMPERATURE: '1.5', LOG_QUESTIONS: 'true', FAQ_ANSWERS: 'false' }), {
    PORT: 0, LLM_TEMPERATURE: 1.5, LOG_QUESTIONS: true, FAQ_ANSWERS: false,
  })
})

t.test('stops the start with the name of an invalid setting', async t => {
  for (const [key, value, says] of [
    ['PORT', 'abc', /integer/], ['PORT', '70000', /<= 65535/], ['PORT', '1.5', /integer/], ['LLM_TEMPERATURE', '3', /<= 2/],
    ['LLM_API', 'grpc', /openai, ollama/], ['PROFILE', 'fast', /low-memory/], ['TRUST_PROXY', 'maybe', /true, false, a number/],
    ['TRUST_PROXY', '10.0.0.0/33', /addresses/], ['CORS_ORIGINS', 'shop.example', /https:/],
    ['CORS_ORIGINS', 'https://a.example;https://b.example', /comma/], ['LOG_QUESTIONS', 'maybe', /boolean/],
    ['ANSWER_CACHE_TTL_SECONDS', '-1', />= 0/], ['LOG_LEVEL', 'loud', /info/], ['HEARTBEAT_SECONDS', '0', />= 1/],
  ] as const) {
    t.throws(() => makeConfig({ [key]: value }), { message: new RegExp(`^setting ${key} `) }, `${key}=${value}`)
    t.throws(() => makeConfig({ [key]: value }), { message: says })
  }
  t.throws(() => makeConfig({ PORT: 'secret' }), { message: /^((?!secret)[^])*$/ }, 'and without the value')
})

t.test('reads values as files, shells and platforms write them', async t => {
  for (const [given, want] of [
    [{ PORT: '8301\r' }, { PORT: 8301 }], [{ PORT: ' "8302" ' }, { PORT: 8302 }],
    [{ LLM_URL: '\'http://llm:1/v1\'' }, { LLM_URL: 'http://llm:1/v1' }],
    [{ LLM_API: 'OpenAI', LOG_LEVEL: 'INFO', PROFILE: 'Production' }, { LLM_API: 'openai', LOG_LEVEL: 'info', PROFILE: 'production' }],
    [{ LOG_QUESTIONS: 'True', FAQ_ANSWERS: 'off' }, { LOG_QUESTIONS: true, FAQ_ANSWERS: false }],
    [{ HOST: '[::1]' }, { HOST: '::1' }], [{ HOST: '127.0.0.1 ' }, { HOST: '127.0.0.1' }],
    [{ LLM_API_KEY: 'sk-1\n' }, { LLM_API_KEY: 'sk-1' }],
    [{ LLM_API_KEY: '"a"b"' }, { LLM_API_KEY: '"a"b"' }], [{ HTTP_PROXY: 'proxy:3128' }, { HTTP_PROXY: 'http://proxy:3128' }],
  ] as const) t.match(makeConfig(given), want, JSON.stringify(given))
})

t.test('says which values are allowed', async t => {
  for (const [key, value, says] of [
    ['PORT', '8_080', 'must be integer (0 to 65535, digits without a unit)'],
    ['PORT', '70000', 'must be <= 65535 (0 to 65535, digits without a unit)'],
    ['LLM_TIMEOUT_SECONDS', '10s', 'must be integer (1 to 3600, digits without a unit)'],
    ['SPOOL_MAX_BYTES', '10GB', 'must be integer (from 1024, digits without a unit)'],
    ['LLM_TEMPERATURE', '0,2', 'must be number (0 to 2, digits without a unit)'],
    ['RATE_LIMIT_CALLS', '٨', 'must be integer (0 to 1000000, digits without a unit)'],
    ['LOG_QUESTIONS', 'maybe', 'must be boolean (true or false)'],
    ['EMBEDDING_MODELS', '../etc', 'must be names of models, comma-separated: "../etc" is not the name of a model: ' +
      'write <owner>/<name>, as on huggingface.co.'],
  ] as const) t.throws(() => makeConfig({ [key]: value }), { message: `setting ${key} ${says}` }, `${key}=${value}`)
})

t.test('takes no comment for a part of a value, as systemd and Docker hand it on', async t => {
  for (const [given, want] of [
    [{ PORT: '8003 # the door' }, { PORT: 8003 }], [{ PORT: '\'8003\'\t# the door' }, { PORT: 8003 }], [{ PORT: '# none' }, { PORT: 8002 }],
    [{ LOG_QUESTIONS: 'TRUE #' }, { LOG_QUESTIONS: true }], [{ LOG_LEVEL: 'warn # less' }, { LOG_LEVEL: 'warn' }],
    [{ LLM_URL: 'http://llm/v1 # local', LLM_MODEL: 'm #1' }, { LLM_URL: 'http://llm/v1', LLM_MODEL: 'm' }],
    [{ LLM_URL: 'http://llm/v1#part' }, { LLM_URL: 'http://llm/v1#part' }], [{ HOST: 'LOCALHOST # here' }, { HOST: 'localhost' }],
    [{ LLM_API_KEY: 'a #b', LLM_HEADERS: 'X-Title: Shop #1' }, { LLM_API_KEY: 'a #b', LLM_HEADERS: 'X-Title: Shop #1' }],
    [{ DATA_DIR: '/srv/shop #1' }, { DATA_DIR: '/srv/shop #1' }],
  ] as const) t.match(makeConfig(given), want, JSON.stringify(given))
})

t.test('opens folders as a shell names them, and refuses what it cannot replace', async t => {
  t.equal(makeConfig({ DATA_DIR: '~/my data' }).DATA_DIR, `${homedir()}/my data`)
  const others = { SAMPLES_DIR: 'a~b', MODELS_DIR: './~x' }
  t.match(makeConfig({ DATA_DIR: '~', ...others }), { DATA_DIR: homedir(), ...others })
  for (const value of ['$HOME/data', '/srv/$' + '{NAME}/x', '~bob/data', 'file:///srv', '%APPDATA%\\x']) {
    t.throws(() => makeConfig({ DATA_DIR: value }), { message: /^setting DATA_DIR must be a path/ }, value)
  }
})

t.test('reads a list of embedding models however it is written', async t => {
  for (const value of ['all-minilm-l6-v2 , ,Multilingual-E5-small,', 'all-MiniLM-L6-v2 multilingual-e5-small', ',']) {
    t.equal(makeConfig({ EMBEDDING_MODELS: value }).EMBEDDING_MODELS, 'all-MiniLM-L6-v2,multilingual-e5-small', value)
  }
  t.equal(makeConfig({ EMBEDDING_MODELS: 'Owner/Name' }).EMBEDDING_MODELS, 'Owner/Name')
})

t.test('refuses addresses with blanks or two beginnings, and quotation marks that stay open', async t => {
  for (const value of ['http://llm/my path', 'http://https://llm/v1', 'https://http://llm']) {
    t.throws(() => makeConfig({ LLM_URL: value }), { message: /^setting LLM_URL must be an address/ }, value)
  }
  for (const [key, value] of [['LLM_API_KEY', '"sk-1'], ['LLM_MODEL', '\'m'], ['PORT', '"']] as const) {
    t.throws(() => makeConfig({ [key]: value }), { message: `setting ${key} begins with a quotation mark that is never closed` }, value)
  }
})

t.test('ignores what a platform puts into the environment', async t => {
  for (const environment of [
    { PORT: 'tcp://10.0.0.7:8002' }, { CAUSERIE_PORT: 'tcp://10.0.0.7:8002', CAUSERIE_SERVICE_HOST: '10.0.0.7' },
    { HOST: 'x86_64-conda-linux-gnu' }, { HOST: 'arm64-apple-darwin20.0.0' },
  ]) t.match(loadConfig(environment, 'none'), { PORT: 8002, HOST: '127.0.0.1' }, JSON.stringify(environment))
  t.throws(() => makeConfig({ PORT: 'tcp://10.0.0.7:8002' }), { message: /^setting PORT / }, 'in a file it is a mistake')
  t.match(loadConfig({ http_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1', no_proxy: '*' }, 'none'), {
    HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:1', NO_PROXY: '*',
  })
})

t.test('names the key of a wrong address, host, header or duration, without its value', async t => {
  const secret = 's3cret'
  for (const [key, value] of [
    ['LLM_URL', `${secret}.example/v1`], ['LLM_URL', `localhost:11434/${secret}`], ['LLM_URL', `ftp://${secret}`],
    ['LLM_URL', `http://${secret} x/`], ['LLM_FALLBACK_URL', secret], ['SUPABASE_URL', `${secret}.supabase.co`], ['MODELS_HUB_URL', secret],
    ['WEB_SEARCH_URL', secret], ['MEILI_URL', `${secret}:7700`], ['HTTPS_PROXY', `://${secret}`], ['HOST', `http://${secret}`],
    ['HOST', `${secret}:8002`], ['HOST', `${secret} b`], ['LLM_KEEP_ALIVE', secret], ['LLM_HEADERS', secret],
    ['LLM_HEADERS', `{"a":${secret}}`], ['LLM_HEADERS', `X-A: ${secret}\u0001`], ['REDIS_URL', `redis://:100%${secret}@127.0.0.1:6399`],
    ['REDIS_URL', `redis://:a#${secret}@127.0.0.1`], ['REDIS_URL', `unix:///tmp/${secret}`], ['REDIS_URL', `127.0.0.1:6399/${secret}`],
    ['REDIS_URL', `redis://127.0.0.1/${secret}`],
  ] as const) {
    t.throws(() => makeConfig({ [key]: value }), { message: new RegExp(`^setting ${key}[ :]((?!${secret})[^])*$`) }, `${key}=${value}`)
  }
  for (const [key, value] of [
    ['REDIS_URL', 'redis://:p%23ss@127.0.0.1:6399/2'], ['REDIS_URL', 'rediss://user:p@ss@redis.intern'], ['HOST', 'localhost'],
    ['HOST', '::'], ['SUPABASE_URL', 'postgrest+http://rest:3000'], ['LLM_URL', 'http://me:pw@ollama:11434'], ['LLM_KEEP_ALIVE', '1h30m'],
    ['LLM_KEEP_ALIVE', '-1'], ['LLM_HEADERS', 'X-A: b; X-C=d, e'], ['HTTP_PROXY', 'socks5://proxy:1080'], ['HOST', 'my-machine.intern'],
  ] as const) t.match(makeConfig({ [key]: value }), { [key]: value })
})

t.test('refuses headers that belong to the connection', async t => {
  for (const value of ['Content-Length: 5', '{"Transfer-Encoding":"chunked"}', 'X-A: b, Connection: close']) {
    t.throws(() => makeConfig({ LLM_HEADERS: value }), { message: /^setting LLM_HEADERS .*: [a-z-]+ is set by the service itself$/ }, value)
  }
  t.match(makeConfig({ LLM_HEADERS: 'Host: llm.intern' }), { LLM_HEADERS: 'Host: llm.intern' })
})

t.test('applies the low-memory profile', async t => {
  t.match(makeConfig({ PROFILE: 'low-memory' }), {
    MAX_DOCS_CHARS: 1200, ANSWER_CACHE_MAX_BYTES: 8_388_608, EMBEDDING_CACHE_MAX: 500, EMBEDDING_MODELS: 'all-MiniLM-L6-v2',
  })
  t.match(
    makeConfig({ PROFILE: 'low-memory', MAX_DOCS_CHARS: '3000' }), { MAX_DOCS_CHARS: 3000, EMBEDDING_CACHE_MAX: 500 }, 'what is set wins'
  )
  t.match(makeConfig({ PROFILE: 'low-memory', MAX_DOCS_CHARS: '' }), { MAX_DOCS_CHARS: 1200 })
  t.match(makeConfig({ PROFILE: 'production' }), { MAX_DOCS_CHARS: 6000 })
})

t.test('applies the quality profile', async t => {
  t.match(makeConfig({ PROFILE: 'quality' }), { MAX_DOCS_CHARS: 24_000, SEARCH_PASSAGES: 12, LLM_MAX_TOKENS: 1024 })
  t.match(makeConfig({ PROFILE: 'quality', SEARCH_PASSAGES: '3' }), { MAX_DOCS_CHARS: 24_000, SEARCH_PASSAGES: 3 })
})

t.test('.env.example lists every setting with its default and a comment', async t => {
  const text = await readFile(new URL('../.env.example', import.meta.url), 'utf8')
  // A setting may be commented out: `#PORT=8002`.
  const lines = text.split('\n').map(line => line.replace(/^#\s?(?=[A-Z][A-Z0-9_]*=)/, ''))
  const listed = parseEnv(lines.join('\n'))
  t.strictSame(Object.keys(listed).sort(), settings.map(([key]) => key).sort())
  t.strictSame({ ...makeConfig(listed) }, { ...makeConfig({}) }, 'as it is, it changes nothing')
  for (const [n, line] of lines.entries()) {
    if (/^[A-Z][A-Z0-9_]*=/.test(line)) t.match(line.includes(' #') ? line : lines[n - 1], /#|\w/, `${line} is explained`)
  }
})

t.test('tells what is set without the address that it belongs to', t => {
  const told = (settings: Record<string, string>) => idleSettings(makeConfig(settings))
  t.same(told({}), [])
  t.same(told({ LLM_MODEL: 'm', LLM_API_KEY: 'secret', SUPABASE_KEY: 'secret' }), [
    'LLM_MODEL and LLM_API_KEY do nothing: LLM_URL is empty', 'SUPABASE_KEY does nothing: SUPABASE_URL is empty',
  ])
  t.same(told({ LLM_URL: 'http://127.0.0.1:9/v1', LLM_MODEL: 'm', WEBHOOK_URL: 'https://ops.example/', WEBHOOK_SECRET: 'x' }), [])
  t.end()
})
