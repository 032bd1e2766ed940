// Turns what a model streams into the text that a client may see: no marker for "no answer", up to a stop sequence, citations checked.
import type { ModelEnding } from '../llm/model.ts'
import type { AnswerEvent } from '../types.ts'
import { createCitationFilter } from './citations.ts'
import { createNoAnswerFilter } from './no-answer.ts'
import { createStopFilter } from './stop.ts'

export interface ShownText {
  /** Returns the text that can be shown after this delta. */
  push (text: string): string
  /** Returns the rest. @param reason why the model ended */
  end (reason: ModelEnding): string
  /** The numbers cited so far, ascending. */
  cited (): number[]
  /** The model found no answer in the passages, and the refusal has been shown. */
  readonly isRefused: boolean
  /** Tells whether nothing more of the model is worth reading. */
  isOver (): boolean
  /** Tells whether nothing can be shown, and no stop sequence is the reason. */
  isEmpty (): boolean
}

export interface ShownTextOptions {
  /** The number of sources; citations of others are dropped. */
  sources: number
  stop?: readonly string[] | undefined
  /** The model knows the marker for "no answer". */
  mayRefuse: boolean
  /** Replaces the marker. */
  refusal: string
  /** Precedes the first text, unless that is the refusal. */
  lead: string
  /** The answer is JSON: nothing in it is a citation. */
  isData?: boolean
}

/** The end of a stream brings the usage, so it is waited for; but not behind an explanation that is longer than this, in characters. */
const longestExplanation = 40

export function createShownText ({ sources, stop: sequences = [], mayRefuse, refusal, lead, isData = false }: ShownTextOptions): ShownText {
  const markers = createNoAnswerFilter()
  const stop = createStopFilter(sequences)
  const citations = createCitationFilter(sources)
  let isShown = false
  let explained = 0

  /** Filters text that is free of markers. */
  function filter (text: string): string {
    return isData ? seen(stop.push(text)) : withLead(citations.push(stop.push(text)))
  }

  function seen (text: string): string {
    if (text.trim() !== '') isShown = true
    return text
  }

  function withLead (text: string): string {
    if (isShown || text.trim() === '') return text
    isShown = true
    return lead + text
  }

  function rest (): string {
    return isData ? seen(stop.end()) : withLead(citations.push(stop.end()) + citations.end())
  }

  function refuse (): string {
    const before = rest()
    shown.isRefused = true
    return before + (isShown ? '\n\n' : '') + refusal
  }

  /**
   * Decides about the marker behind this text. Text that cites its source is an answer, and goes on without the marker;
   * after any other text the model has changed its mind, so the refusal ends it.
   */
  function handleMarkers (text: string): string {
    let filtered = filter(text)
    while (markers.isFound && !stop.stopped) {
      if (citations.cited().length === 0) return filtered + refuse()
      filtered += filter(markers.resume())
    }
    return filtered
  }

  const shown = {
    isRefused: false,
    push (text: string) {
      if (shown.isRefused) explained += text.length
      if (shown.isRefused) return ''
      return mayRefuse ? handleMarkers(markers.push(text)) : filter(text)
    },
    end (reason: ModelEnding) {
      if (shown.isRefused) return ''
      const last = mayRefuse ? handleMarkers(markers.end(reason === 'length' || reason === 'filtered')) : ''
      if (shown.isRefused) return last
      const all = last + rest()
      return reason === 'no_answer' && !isShown ? refuse() : all
    },
    cited: citations.cited,
    isOver: () => stop.stopped || explained > longestExplanation,
    isEmpty: () => !isShown && !shown.isRefused && !stop.stopped,
  }
  return shown
}

/** Passes whole texts, such as an FAQ entry, through the filter that a model's text goes through. */
export function * checkedOnce (events: readonly AnswerEvent[]): Generator<AnswerEvent> {
  const sources = events.find(event => event.type === 'sources')?.sources.length ?? 0
  const filter = createCitationFilter(sources)
  for (const event of events) {
    const text = event.type === 'delta' ? filter.push(event.text) : ''
    if (event.type !== 'delta') yield event
    else if (text !== '') yield { ...event, text }
  }
  const rest = filter.end()
  if (rest !== '') yield { type: 'delta', text: rest }
}
