// The pages, beside each other at the side; on a phone the first few below, and the others behind a button.
import { signal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { hrefOf, type Page } from './router.ts'
import { Icon, type IconName } from './ui/icons.tsx'

export const titles: Record<Page, [name: string, icon: IconName]> = {
  ask: ['Ask', 'ask'],
  documents: ['Documents', 'documents'],
  gaps: ['Gaps', 'gaps'],
  answers: ['Answers', 'answers'],
  feedback: ['Feedback', 'feedback'],
  evaluation: ['Evaluation', 'evaluation'],
  company: ['Company', 'company'],
  install: ['Install', 'install'],
  health: ['Health', 'health'],
}

/** As many fit beside each other on a phone; one place is the button's. */
const places = 5
const isOpen = signal(false)
const close = () => { isOpen.value = false }

/** @param foot what else stands at the side; on a phone, below the other pages */
export function Navigation ({ visible, current, foot }: { visible: Page[], current: Page, foot: ComponentChildren }): JSX.Element {
  const most = places - 1
  const rest = visible.slice(most)
  useEffect(() => {
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !isOpen.value) return
      close()
      document.getElementById('more-pages')?.focus()
    }
    const outside = (event: Event) => { if (!(event.target as Element).closest?.('nav')) close() }
    document.addEventListener('keydown', escape)
    document.addEventListener('pointerdown', outside)
    return () => {
      document.removeEventListener('keydown', escape)
      document.removeEventListener('pointerdown', outside)
    }
  }, [])
  return (
    <nav aria-label='Pages' class={isOpen.value ? 'open' : undefined}>
      <ul>{visible.slice(0, most).map(name => <PageLink key={name} name={name} current={current} />)}</ul>
      <button
        type='button' id='more-pages' class='nav-more' aria-expanded={isOpen.value} aria-controls='rest-of-pages'
        data-current={rest.includes(current) ? '' : undefined} onClick={() => { isOpen.value = !isOpen.value }}
      >
        <Icon name='more' /><span>More</span>
      </button>
      <ul id='rest-of-pages' class='nav-rest'>
        {rest.map(name => <PageLink key={name} name={name} current={current} />)}
        <li class='side-foot nav-foot'>{foot}</li>
      </ul>
    </nav>
  )
}

function PageLink ({ name, current }: { name: Page, current: Page }): JSX.Element {
  const [title, icon] = titles[name]
  return (
    <li>
      <a href={hrefOf(name)} aria-current={name === current ? 'page' : undefined} onClick={close}>
        <Icon name={icon} /><span>{title}</span>
      </a>
    </li>
  )
}
