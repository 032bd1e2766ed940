// Sends the pages of a crawl to the service, and has it forget those that are gone.
import { createHash } from 'node:crypto'
import { crawl, type CrawlCounts, type CrawledPage, type CrawlOptions, type PageState } from './sources/crawl.ts'
import type { SourceState } from './sources/state.ts'
import { rejectionText } from './ingest-report.ts'
import { isFinal, rejectionOf, type Rejection, type Sending } from './file-sync.ts'

type Shared = Pick<CrawlOptions, 'fetch' | 'robots' | 'delayMs'>

const longestName = 300

/** @param again whether each page is read and sent once although it has not changed */
export function createCrawling ({ fetch, robots, delayMs, state, sending, again, say }: Shared & {
  state: SourceState<PageState>
  sending: Sending
  again: boolean
  say: (text: string) => void
}) {
  const sentOnce = new Set<string>()

  /** What is known of a page; of one that is to be sent again, only that it is known. */
  function knownOf (url: string): PageState | undefined {
    const known = state.get(url)
    return known && again && !sentOnce.has(url) ? { hash: '' } : known
  }

  return {
    /** Crawls once. Throws what the service refuses as a whole, or the signal's reason. */
    async crawl (seeds: CrawlOptions['seeds'], { depth, limit, signal }: { depth: number, limit: number, signal: AbortSignal }): Promise<CrawlCounts & { rejected: number }> {
      let rejected = 0
      let hinted = false

      /** @returns whether the page need not come again before it changes */
      function tell (rejections: Rejection[]): boolean {
        rejected += rejections.length
        for (const rejection of rejections) say(`! ${rejectionText(rejection)}`)
        return rejections.every(isFinal)
      }

      async function put ({ url, type, body }: CrawledPage): Promise<boolean> {
        try {
          const sent = await sending.send({ name: pageName(url), content: body, type: mediaType(type), url }, { resume: false })
          const { status, rejections } = await sending.ended(sent)
          const isKept = tell(rejections.map(rejection => ({ ...rejection, file: url })))
          if (status === 'failed') return isKept
          say(`+ ${url}`)
          return true
        } catch (error) {
          return tell([rejectionOf(url, error)])
        }
      }

      const counts = await crawl({
        seeds: { ...seeds, known: state.names() }, fetch, robots, delayMs, depth, limit, signal,
        state: {
          get: async url => knownOf(url),
          async set (url, page) {
            state.set(url, page)
            if (again) sentOnce.add(url)
          },
          delete: async url => state.delete(url),
        },
        onPage: put,
        async onGone (url) {
          await sending.forget(pageName(url))
          say(`- ${url}`)
        },
        onFailed (url, { code, message }) {
          say(`! ${url}: ${message} (${code})`)
          if (code === 'ADDRESS_REFUSED' && !hinted) say('  SOURCE_ALLOW_HOSTS names hosts of your own that may be asked all the same.')
          hinted ||= code === 'ADDRESS_REFUSED'
        },
      })
      return { ...counts, rejected }
    },
  }
}

/**
 * The name of a page: host and path, in which `:` stands for `/`. What lies below a page on its site would else lie below
 * its document, and go with it.
 */
export function pageName (url: string): string {
  const { host, pathname, search } = new URL(url)
  const path = `${pathname.slice(1)}${search}`.replaceAll(':', '%3A').replaceAll('/', ':')
  const name = `${host}/${path || ':'}`
  return name.length <= longestName ? name : `${name.slice(0, longestName - 17)}~${createHash('sha256').update(url).digest('hex').slice(0, 16)}`
}

/** What a server says that a page is, when it says it in a usual way. */
function mediaType (type: string): string {
  return /^(?!multipart\/)[\w.+-]{1,60}\/[\w.+-]{1,80}(; ?charset="?[\w-]{1,40}"?)?$/i.test(type) ? type : 'application/octet-stream'
}
