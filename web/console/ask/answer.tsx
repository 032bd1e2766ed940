// Shows an answer's text. Its elements are made by markdown.ts, outside of Preact's care.
import type { JSX } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Source } from '../../../src/types.ts'
import { updateNodes } from '../../shared/answer-nodes.ts'
import { renderAnswer } from './markdown.ts'

export function Answer ({ text, sources, isWhole, onCite }: {
  text: string, sources: Source[], isWhole: boolean, onCite: (n: number) => void
}): JSX.Element {
  const ref = useRef<HTMLDivElement>(null)
  const titles = useMemo(() => new Map(sources.map(({ n, title }) => [n, title])), [sources])
  useLayoutEffect(() => {
    updateNodes(ref.current!, renderAnswer(text, titles, isWhole))
  }, [text, titles, isWhole])
  const click = ({ target }: MouseEvent) => {
    const n = (target as Element).closest<HTMLElement>('button.cite')?.dataset.n
    if (n !== undefined) onCite(Number(n))
  }
  return <div ref={ref} dir='auto' class={`answer-text${isWhole ? '' : ' writing'}`} onClick={click} />
}
