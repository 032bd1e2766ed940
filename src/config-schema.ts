// Every setting of the service: its kind, default and range.
import { Type, type Static } from 'typebox'
import { modelApis, type ModelApi } from './llm/apis.ts'

const text = (value: string, description: string) => Type.String({ default: value, description })
const flag = (value: boolean, description: string) => Type.Boolean({ default: value, description })
const whole = (value: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum, maximum, description })
const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: values, default: values[0], description })

/** Every setting with its default, its range and one line of explanation; `.env.example` is checked against it. */
export const ConfigSchema = Type.Object(
  {
    HOST: text('127.0.0.1', 'Address to listen on'),
    PORT: whole(8002, 0, 65535, 'Port to listen on; 0 = any free one'),
    LOG_LEVEL: oneOf(['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'], 'Least severe level that is logged'),
    LOG_QUESTIONS: flag(false, 'Write the text of questions to the log'),
    PROFILE: oneOf(
      ['development', 'production', 'low-memory', 'quality'],
      'development: readable logs; low-memory: smaller caches and contexts; quality: longer contexts and answers'
    ),
    PRINT_FIRST_KEY: flag(true, 'Print the admin key of a first start that other machines reach; false where the output is kept'),
    METRICS_COMPANIES: whole(20, 0, 1000, 'Companies with metrics of their own in /metrics: those that ask most; all others are one'),
    OTEL_EXPORTER_OTLP_ENDPOINT: text('', 'Receiver of traces (OTLP by HTTP), e.g. http://127.0.0.1:4318; empty = nothing is traced'),
    OTEL_EXPORTER_OTLP_HEADERS: text('', 'Headers for it: name=value,name=value'),
    OTEL_SERVICE_NAME: text('causerie', 'Name of the service in traces'),
    OTEL_TRACES_SAMPLER_ARG: Type.Number({ default: 1, minimum: 0, maximum: 1, description: 'Share of the traces that are kept' }),
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: oneOf(
      ['false', 'true', 'no_content', 'span_only', 'event_only', 'span_and_event'],
      'Put questions, prompts and answers into traces: true or span_only'
    ),
    KEY_CACHE_SECONDS: whole(10, 0, 30, 'How long an API key is cached: a revoked key works no longer than this'),
    TRUST_PROXY: text('false', 'Proxies whose X-Forwarded-* is believed: true = all, false = none, how many, or addresses: 10.0.0.0/8'),
    BASE_PATH: text('', 'Path before all addresses, for a proxy that does not remove it, e.g. /assistant; empty = none'),
    CORS_ORIGINS: text('', 'Origins whose pages may call the service, comma-separated; * = any; empty = none'),

    HTTP_PROXY: text('', 'Proxy for http:// servers other than this machine; http_proxy is read too'),
    HTTPS_PROXY: text('', 'The same for https:// servers; empty = HTTP_PROXY'),
    NO_PROXY: text('', 'Hosts that are reached without a proxy, comma-separated, e.g. .intern, meili:7700; * = all'),

    DATA_DIR: text('./var', "Folder of the companies' SQLite files"),
    SAMPLES_DIR: text('./data', 'Folder of sample companies, loaded at start; empty = none'),
    SQLITE_OPEN_COMPANIES: whole(100, 1, 10_000, 'Most SQLite files that stay open'),

    LLM_URL: text('', 'Base URL of the language model, e.g. http://127.0.0.1:11434/v1; empty = extractive answers'),
    LLM_API: oneOf(Object.keys(modelApis) as ModelApi[], 'API that LLM_URL speaks; extractive = no language model, whatever LLM_URL is'),
    LLM_MODEL: text('', 'Model of LLM_URL'),
    LLM_API_KEY: text('', 'Key of LLM_URL'),
    LLM_HEADERS: text('', 'Further headers for LLM_URL, e.g. X-Team: shop, X-Title: Causerie; or a JSON object'),
    LLM_FALLBACK_URL: text('', 'Second language model (same API), used when the first one fails before its first token'),
    LLM_FALLBACK_MODEL: text('', 'Model of the fallback'),
    LLM_FALLBACK_API_KEY: text('', 'Key of the fallback'),
    LLM_CONNECT_TIMEOUT_SECONDS: whole(3, 1, 600, 'Longest wait for a connection to the language model'),
    LLM_FIRST_TOKEN_SECONDS: whole(60, 1, 3600, 'Longest silence before the first token, while a model is loaded or thinks'),
    LLM_TIMEOUT_SECONDS: whole(10, 1, 3600, 'Longest silence between tokens'),
    LLM_RETRIES: whole(2, 0, 10, 'Retries before the first token'),
    LLM_MAX_TOKENS: whole(256, 1, 1_000_000, 'Longest answer, in tokens'),
    LLM_TEMPERATURE: Type.Number({ default: 0.2, minimum: 0, maximum: 2, description: 'Sampling temperature' }),
    LLM_POOL_SIZE: whole(20, 1, 1000, 'Most connections to the language model'),
    LLM_QUEUE_SECONDS: whole(10, 1, 3600, 'Longest wait for one of them while all are in use; then OVERLOADED'),
    LLM_KEEP_ALIVE: text('60m', 'How long Ollama keeps the model loaded'),

    MEILI_URL: text('', 'Base URL of a Meilisearch, e.g. http://127.0.0.1:7700; empty = the embedded search'),
    MEILI_KEY: text('', 'Key of Meilisearch that searches and reads documents; never the master key (made by: causerie meili keys)'),
    MEILI_KEY_UID: text('', 'Uid of MEILI_KEY: the tenant tokens are signed with it'),
    MEILI_WRITE_KEY: text(
      '',
      'Key of Meilisearch that writes documents (made by: causerie meili keys); empty = only causerie meili load adds documents'
    ),
    SEARCH_PLAN: oneOf(
      ['fanout', 'lean'],
      'fanout: each n-gram is a search of each index; lean: one search by words and one by vector per index, a third of the cost'
    ),
    SEARCH_CONCURRENCY: whole(50, 1, 1000, 'Most searches of one question that run at once'),
    SEARCH_CONNECTIONS: whole(200, 1, 10_000, 'Most connections to Meilisearch, so most requests of all questions at once'),
    SEARCH_CACHE_SECONDS: whole(60, 0, 3600, 'How long a search result is cached for the same index version; 0 = never'),
    SEARCH_CACHE_MAX_BYTES: whole(67_108_864, 0, Number.MAX_SAFE_INTEGER, 'Most memory for search results and the documents they found'),
    SEARCH_TIMEOUT_MS: whole(5000, 10, 600_000, 'Longest wait for a search'),
    SEARCH_PASSAGES: whole(6, 1, 50, 'Most passages for one answer'),
    NGRAM_MAX: whole(20, 1, 100, 'Most n-grams of a question that are searched'),

    COMPRESSION: oneOf(
      ['adaptive', 'aggressive', 'conservative', 'off'],
      'How strongly long passages, logs, code and tables are compressed for the language model'
    ),
    COMPRESSION_MIN_AGE_HOURS: whole(24, 0, 87_600, 'Stored documents younger than this are never compacted to save room'),
    COMPRESSION_KEEP_ORIGINAL: flag(true, 'Keep the full text of compacted documents beside their short form'),

    CHUNK_TOKENS: whole(256, 256, 4096, 'Most tokens of a chunk: 256, the window of the default model, or 512 to 4096'),
    CHUNK_OVERLAP_TOKENS: whole(32, 0, 1024, 'Most tokens (in whole sentences) that a chunk repeats from the previous one'),
    KNOWLEDGE_MAX_TOKENS: whole(
      1_048_576,
      1000,
      Number.MAX_SAFE_INTEGER,
      "Most tokens of a company's documents; beyond that the least recently cited documents are removed, pinned ones never"
    ),
    MAX_FILE_BYTES: whole(104_857_600, 1024, 2_147_483_647, 'Largest file or list of documents that is accepted'),
    FILE_TIMEOUT_SECONDS: whole(120, 1, 3600, 'Longest time for reading one file'),
    FILE_MEMORY_MB: whole(512, 64, 65_536, 'Heap of the process that reads files'),
    FILE_MAX_PAGES: whole(5000, 1, 1_000_000, 'Most pages of a file'),
    OCR: oneOf(
      ['off', 'tesseract'],
      "Recognise the text of scanned pages of PDF files; tesseract needs Debian's tesseract-ocr and poppler-utils"
    ),
    OCR_LANGUAGES: text('eng', 'Languages of scanned pages, as tesseract names them: fra+eng'),
    OCR_MAX_PAGES: whole(200, 1, 100_000, 'Most scanned pages of a file that are recognised'),
    INGEST_CONCURRENCY: whole(1, 1, 64, 'Companies whose files are read at once, each in its own process'),
    INGEST_QUEUE_MAX: whole(1000, 1, 1_000_000, 'Most waiting uploads of one company; further ones get 503'),
    SPOOL_MAX_BYTES: whole(10_737_418_240, 1024, Number.MAX_SAFE_INTEGER, 'Most disk space for waiting uploads; further ones get 503'),
    UPLOAD_TIMEOUT_SECONDS: whole(1800, 1, 3600, 'Longest time for an upload to arrive'),
    TASK_HOURS: whole(168, 1, 87_600, 'How long an ended task is stored'),
    PROCESSED_CACHE_HOURS: whole(
      24,
      0,
      87_600,
      'How long the content read from a file is cached, so that the same file is not read again; 0 = for ever'
    ),
    PROCESSED_CACHE_MAX_BYTES: whole(1_073_741_824, 0, Number.MAX_SAFE_INTEGER, 'Most disk space for that cache; 0 = no cache'),

    WEB_SEARCH: oneOf(
      ['off', 'searxng', 'brave'],
      "Web search engine whose results can be sources too; off = only the company's documents"
    ),
    WEB_SEARCH_URL: text('', 'Base URL of a SearXNG whose settings allow the format json, e.g. http://127.0.0.1:8080; empty for Brave'),
    WEB_SEARCH_KEY: text('', "Key of Brave's search API"),
    WEB_SEARCH_TIMEOUT_MS: whole(3000, 10, 600_000, 'Longest wait for the web search'),
    WEB_SEARCH_RESULTS: whole(5, 1, 20, 'Most web results that can be sources of an answer'),
    WEB_SEARCH_CACHE_SECONDS: whole(3600, 0, 31_536_000, 'How long web results are cached; 0 = never'),
    WEB_SEARCH_CACHE_MAX_BYTES: whole(16_777_216, 0, Number.MAX_SAFE_INTEGER, 'Most memory for web results'),

    SOURCE_ALLOW_HOSTS: text('', 'Hosts with private addresses that causerie crawl may fetch from, comma-separated, e.g. wiki.intern'),
    SOURCE_MAX_BYTES: whole(20_971_520, 1024, 2_147_483_647, 'Largest page or file that is fetched'),
    SOURCE_TIMEOUT_MS: whole(30_000, 100, 600_000, 'Longest wait for a page or file that is fetched'),

    SUPABASE_URL: text(
      '',
      'Supabase project that stores profiles and keys, e.g. https://xyz.supabase.co, or postgrest+http://host:3000; empty = SQLite'
    ),
    SUPABASE_KEY: text('', 'Secret key of that project (sb_secret_…, or the JWT of service_role)'),
    SUPABASE_WEBHOOK_SECRET: text(
      '',
      'Secret that signs announced changes (supabase/snippets/webhook.sql), at least 16 characters; empty = no webhook'
    ),
    SUPABASE_TIMEOUT_MS: whole(3000, 10, 600_000, 'Longest wait for Supabase'),
    PROMPT_CACHE_TTL_SECONDS: whole(3600, 0, 31_536_000, "How long a company's profile is cached"),
    PROMPT_CHECK_SECONDS: whole(
      15,
      0,
      3600,
      'How often the service checks for changed profiles in Supabase; 0 = never (then the webhook, or the next read, shows a change)'
    ),
    PROMPT_STALE_SECONDS: whole(86_400, 0, 31_536_000, 'How much longer an old profile is used while the store fails'),

    REDIS_URL: text(
      '',
      'Redis that instances share for answers, conversations and rate limits, e.g. redis://127.0.0.1:6379; empty = memory'
    ),
    REDIS_PREFIX: text('causerie:', 'Start of every key in Redis'),
    REDIS_TIMEOUT_MS: whole(1000, 10, 600_000, 'Longest wait for Redis before an answer continues in memory'),
    ANSWER_LEASE_MS: whole(5000, 500, 600_000, 'An answer in Redis is lost after this time without a sign of life from its instance'),
    ANSWER_CACHE_TTL_SECONDS: whole(3600, 0, 31_536_000, 'How long a finished answer is cached; 0 = never'),
    ANSWER_CACHE_MAX_BYTES: whole(33_554_432, 0, Number.MAX_SAFE_INTEGER, 'Most memory for finished answers'),
    ANSWER_GRACE_SECONDS: whole(30, 0, 86_400, 'How long a resumable answer continues without a reader, and an ended one can be fetched'),
    ANSWER_LOG_MAX_BYTES: whole(
      1_048_576,
      1024,
      Number.MAX_SAFE_INTEGER,
      'Longest answer in bytes of its events; past it the answer ends with "length"'
    ),
    ANSWERS_MAX_LIVE: whole(5000, 1, 1_000_000, 'Most answers in progress; further questions get 503'),
    FAQ_ANSWERS: flag(true, 'Answer a question that rephrases an FAQ entry with that entry, without the language model'),
    SIMILAR_ANSWERS: flag(false, 'Reuse the answer to an earlier question that asks the same in other words'),
    SIMILAR_ANSWERS_MAX_BYTES: whole(
      33_554_432,
      0,
      Number.MAX_SAFE_INTEGER,
      'Most memory for the questions that new ones are compared with'
    ),
    WARM_QUESTIONS: whole(
      20,
      0,
      1000,
      'Common questions of a company that are answered in advance, at start and when its documents change; 0 = none'
    ),
    HEARTBEAT_SECONDS: whole(15, 1, 3600, 'Silence after which a stream sends a comment line'),

    CONVERSATION_TTL_SECONDS: whole(
      604_800,
      0,
      31_536_000,
      'How long a conversation is stored after its last question; 0 = never stored'
    ),
    CONVERSATION_MAX_TURNS: whole(20, 1, 1000, 'Turns of a conversation that are stored in full; older ones are summarized'),
    CONVERSATION_MAX_CHARS: whole(
      20_000,
      100,
      10_000_000,
      'Characters of a conversation that are stored in full; older turns are summarized'
    ),

    FEEDBACK_TTL_SECONDS: whole(
      31_536_000,
      0,
      315_360_000,
      'How long a rating of an answer is stored after its last change, with personal data masked; 0 = never stored'
    ),
    FEEDBACK_MEMORY_MAX_BYTES: whole(
      16_777_216,
      0,
      Number.MAX_SAFE_INTEGER,
      'Most memory for the latest questions and answers, so that a rating is stored with them'
    ),

    GAPS_TTL_SECONDS: whole(
      7_776_000,
      0,
      315_360_000,
      'How long a question without a good answer is stored, with personal data masked; 0 = never stored'
    ),
    GAPS_MAX_QUESTIONS: whole(5000, 10, 1_000_000, 'Most of these questions of one company; beyond it the oldest are deleted'),

    AUTO_LEARN: flag(
      false,
      'Learn from feedback in the background; what is better on held-out cases is put into use (causerie learn --rollback undoes it)'
    ),
    LEARN_MIN_FEEDBACK: whole(50, 10, 100_000, 'New ratings of a company after which it learns again'),

    WEBHOOK_URL: text(
      '',
      'Your server that is told of new feedback, and once a week of the gaps, e.g. https://ops.example/hook; empty = none'
    ),
    WEBHOOK_SECRET: text('', 'Secret that signs these messages, at least 16 characters, or whsec_ and base64'),

    EMBEDDING_MODELS: text(
      'all-MiniLM-L6-v2,multilingual-e5-small',
      'Embedding models, comma-separated: the first for companies in English, the first multilingual one for all others'
    ),
    EMBEDDING_DTYPE: oneOf(
      ['auto', 'q4', 'q8', 'fp16', 'fp32', 'int8', 'uint8', 'q4f16', 'bnb4'],
      'Precision of the embedding models; auto = the best small one of each'
    ),
    EMBEDDING_SCRIPTS: oneOf(
      ['latin', 'all'],
      'Scripts that multilingual-e5-small reads where it is converted on this machine; all = twice the size'
    ),
    EMBEDDING_THREADS: whole(1, 1, 64, 'CPU threads of the embedding models'),
    VECTOR_TYPE: oneOf(
      ['int8', 'float32', 'bit'],
      'How vectors are stored in SQLite: int8 = a quarter of float32; bit = a twenty-fifth, less exact; changed in the background'
    ),
    VECTOR_MEMORY_MAX_BYTES: whole(
      67_108_864,
      0,
      Number.MAX_SAFE_INTEGER,
      'Most memory for the vectors of companies that were asked before (int8, bit)'
    ),
    EMBEDDING_CACHE_MAX: whole(10_000, 0, 10_000_000, 'Most question vectors in memory (1.5 kB each)'),
    MODELS_DIR: text('./var/models', 'Folder of the embedding models'),
    MODELS_HUB_URL: text('https://huggingface.co', 'Where embedding models are downloaded from once; empty = nowhere'),

    MAX_MESSAGE_CHARS: whole(4000, 1, 1_000_000, 'Longest question, in characters'),
    MAX_BODY_BYTES: whole(65_536, 1024, 1_073_741_824, 'Longest request body'),
    MAX_MESSAGES_BYTES: whole(
      1_048_576,
      1024,
      1_073_741_824,
      'Longest request body on the routes whose clients send the whole conversation'
    ),
    MAX_HISTORY_CHARS: whole(
      4000,
      0,
      10_000_000,
      'Characters of the conversation that reach the language model (800 in the low-memory profile)'
    ),
    MAX_HINTS_CHARS: whole(800, 0, 1_000_000, "Characters of the page's hints that reach the language model"),
    MAX_DOCS_CHARS: whole(6000, 100, 10_000_000, 'Characters of passages that reach the language model (1200 in the low-memory profile)'),
    STREAM_CHUNK_CHARS: whole(0, 0, 100_000, 'Collect tokens until a delta has this many characters; 0 = send each at once'),

    USAGE_DAYS: whole(400, 1, 3660, 'Days for which counts of questions, tokens and searches are stored'),
    AUDIT_DAYS: whole(730, 1, 36_600, 'Days for which it is stored who changed keys, documents, profiles and the like'),

    RATE_LIMIT_CALLS: whole(10, 0, 1_000_000, 'Questions of one user in a window; 0 = no limit'),
    RATE_LIMIT_KEY_CALLS: whole(3000, 0, 100_000_000, 'Questions of one API key in a window, whatever users it names; 0 = no limit'),
    RATE_LIMIT_WINDOW_SECONDS: whole(300, 1, 86_400, 'Length of that window'),
    SHUTDOWN_SECONDS: whole(10, 1, 600, 'Time for running answers to end after SIGTERM'),
  },
  { additionalProperties: false }
)

export type Config = Static<typeof ConfigSchema>
