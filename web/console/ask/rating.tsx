// Thumbs under an answer, and the reasons for a thumb down.
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { problemOf, type Problem } from '../api.ts'
import { Button } from '../ui/parts.tsx'
import type { Rated } from './conversation.ts'

/** The reasons for a thumb down, in words. */
export const reasons: Record<string, string> = {
  wrong: 'Wrong', incomplete: 'Incomplete', outdated: 'Out of date', off_topic: 'Beside the point',
}

export function Rating ({ rated, onRate }: { rated: Rated | undefined, onRate: (rated: Rated) => Promise<void> }): JSX.Element {
  const problem = useSignal<Problem | null>(null)
  const rate = async (next: Rated) => {
    problem.value = null
    try {
      await onRate(next)
    } catch (error) {
      problem.value = problemOf(error)
    }
  }
  const chosen = rated?.reasons ?? []
  const thumb = (rating: 1 | -1) => ({
    'aria-pressed': rated?.rating === rating,
    // A thumb that is pressed again is taken back.
    onClick: () => rate({ rating: rated?.rating === rating ? 0 : rating, reasons: [] }),
  })
  const toggle = (reason: string) =>
    rate({ rating: -1, reasons: chosen.includes(reason) ? chosen.filter(other => other !== reason) : [...chosen, reason] })
  return (
    <>
      <div class='actions' role='group' aria-label='Rate this answer'>
        <Button look='quiet' icon='thumbUp' label='Good answer' {...thumb(1)} />
        <Button look='quiet' icon='thumbDown' label='Bad answer' {...thumb(-1)} />
        {rated?.rating === -1 && Object.entries(reasons).map(([reason, words]) => (
          <Button key={reason} look='quiet' aria-pressed={chosen.includes(reason)} onClick={() => toggle(reason)}>{words}</Button>
        ))}
      </div>
      {problem.value && <p class='ending warn' role='alert'>{problem.value.title}. {problem.value.message}</p>}
    </>
  )
}
