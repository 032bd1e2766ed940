// Shows how an answer came about: what was understood, found, judged and sent, and how long each part took.
import type { JSX } from 'preact'
import { access } from '../session.ts'
import { Loading, Meter, Notice, count, plural } from '../ui/parts.tsx'
import { isOver, type Turn } from './conversation.ts'
import { explanationOf, type Explanation, type FoundPassage } from './explanation.ts'
import { Waterfall } from './waterfall.tsx'

const signed = new Intl.NumberFormat('en', { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 })
const languages = new Intl.DisplayNames('en', { type: 'language' })
const languageName = (code: string) => code === 'und' ? 'another language, or several' : languages.of(code) ?? code

export function Inspector ({ turn, company }: { turn: Turn, company: string }): JSX.Element {
  const { finish } = turn
  if (!finish) {
    return isOver(turn)
      ? <p class='hint'>There is nothing to show: the question was not answered to its end.</p>
      : <Loading what='The answer is still being made…' />
  }
  return (
    <>
      <section>
        <h3>Time</h3>
        <Waterfall timings={finish.timings_ms} by={finish.answered_by} isKept={turn.start?.cache === 'hit'} />
      </section>
      {finish.answered_by === 'smalltalk'
        ? <p class='hint'>The message asks nothing, so nothing was searched.</p>
        : <Searched turn={turn} company={company} />}
    </>
  )
}

function Searched ({ turn, company }: { turn: Turn, company: string }): JSX.Element {
  const { explanation, problem } = explanationOf(company, turn).value
  if (problem) return <Notice problem={problem} tone='warn' />
  if (!explanation) return <Loading what='Reading why…' />
  return (
    <>
      <Understood {...explanation} />
      <Candidates {...explanation} turn={turn} />
      <Sent {...explanation} turn={turn} />
    </>
  )
}

function Understood ({ question, language, documents_language, explain }: Explanation): JSX.Element {
  const { words, ngrams, indexes, embedding_models } = explain
  return (
    <section>
      <h3>Understood</h3>
      <dl class='facts'>
        <dt>Searched as</dt><dd>{question}</dd>
        <dt>Language</dt>
        <dd>
          {languageName(language)}{language !== documents_language && `; the documents are in ${languageName(documents_language)}`}
        </dd>
        <dt>Indexes</dt><dd>{indexes.join(', ')}</dd>
        <dt>Vectors</dt><dd>{embedding_models.map(name => name.split('/').at(-1)).join(', ') || 'none: words only'}</dd>
      </dl>
      <h4>Words</h4>
      <ul class='words'>
        {words.map(({ word, idf, known, corrections }) => (
          <li key={word} class={known ? '' : 'unknown'}>
            <span>{word}{corrections.length > 0 && <em> → {corrections.join(', ')}</em>}</span>
            <span class='words-weight'>{known ? `weight ${idf.toFixed(1)}` : 'in no document'}</span>
          </li>
        ))}
      </ul>
      <h4>{plural(ngrams.length, 'n-gram')} in {indexes.length === 1 ? 'one index' : `${indexes.length} indexes`}</h4>
      <ul class='tags'>{ngrams.map(gram => <li key={gram}>{gram}</li>)}</ul>
    </section>
  )
}

function Candidates ({ passages, answerable, explain: { words, total }, turn }: Explanation & { turn: Turn }): JSX.Element {
  const cited = new Set(turn.sources.filter(({ n }) => turn.finish?.citations.includes(n)).map(({ id }) => id))
  return (
    <section>
      <h3>Candidates</h3>
      <p class='hint'>
        {passages.length === 0
          ? 'Nothing was found.'
          : `The best ${passages.length}${total === null ? '' : ` of ${count(total)} passages`}. ${answerable
              ? 'At least one is likely to hold the answer.'
              : 'None seems to hold the answer.'}`}
      </p>
      <ol class='candidates'>
        {passages.map(passage => <Candidate key={passage.id} passage={passage} words={words} isCited={cited.has(passage.id)} />)}
      </ol>
    </section>
  )
}

function Candidate ({ passage, words, isCited }: {
  passage: FoundPassage, words: Explanation['explain']['words'], isCited: boolean
}): JSX.Element {
  const { title, id, index, score, explain: { keyword, similarity, evidence, matched } } = passage
  const share = 1 / (1 + Math.exp(-evidence))
  const held = matched.map(i => `“${words[i]?.word ?? '?'}”`).join(', ')
  return (
    <li class='candidate'>
      <details>
        <summary>
          <span class='candidate-title'>{title || id}</span>
          {isCited && <span class='badge accent'>cited</span>}
          <Meter value={score} label={`Fused score of ${title || id}`} />
          <span class='candidate-score'>{score.toFixed(2)}</span>
        </summary>
        <dl class='scores'>
          <dt>Words</dt><dd><Meter value={keyword ?? 0} label='Keyword score' tone='quiet' />{keyword?.toFixed(2) ?? 'none'}</dd>
          <dt>Similarity</dt><dd><Meter value={similarity ?? 0} label='Similarity' tone='quiet' />{similarity?.toFixed(2) ?? 'none'}</dd>
          <dt>Fused</dt><dd><Meter value={score} label='Fused score' />{score.toFixed(2)}</dd>
          <dt>Evidence</dt>
          <dd><Meter value={share} label='Evidence' tone={evidence > 0 ? 'accent' : 'warn'} />{signed.format(evidence)}</dd>
        </dl>
        <p class='hint'>
          {held === '' ? 'Holds none of the words.' : `Holds ${held}.`} In {index}.
        </p>
      </details>
    </li>
  )
}

function Sent ({ explain: { messages }, turn }: Explanation & { turn: Turn }): JSX.Element {
  const isAsked = turn.finish?.answered_by === 'llm'
  return (
    <section>
      <h3>What the model was sent</h3>
      {messages
        ? (
          <>
            {!isAsked && <p class='hint'>It was not asked: the answer was there already. It would have been sent:</p>}
            {messages.map(({ role, content }, i) => (
              <details class='message' key={i}>
                <summary>{role} <span class='words-weight'>{count(content.length)} characters</span></summary>
                <pre tabIndex={0}>{content}</pre>
              </details>
            ))}
            {isAsked && turn.finish && turn.finish.usage.input_tokens > 0 && (
              <p class='hint'>{count(turn.finish.usage.input_tokens)} tokens in, {count(turn.finish.usage.output_tokens)} out.</p>
            )}
          </>
          )
        : (
          <p class='hint'>
            {access.value?.model.kind === 'extractive'
              ? 'There is no language model: sentences of the passages are quoted. LLM_URL names one.'
              : 'Only a key with the scope “write” may read prompts.'}
          </p>
          )}
    </section>
  )
}
