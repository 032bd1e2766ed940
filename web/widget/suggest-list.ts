// The list of suggestions above the field.
import { createSuggesting, type Suggesting } from '../shared/suggesting.ts'
import { make } from './dom.ts'

export interface SuggestList extends Suggesting { element: HTMLElement }

/** @param say tells a screen reader how many there are */
export function createSuggestList ({ field, label, find, choose, say }: {
  field: HTMLElement, label: string, find: (text: string) => Promise<string[]>, choose: (question: string) => void,
  say: (count: number) => void,
}): SuggestList {
  const element = make('ul', {
    class: 'suggestions', part: 'suggestions', id: 'suggestions', role: 'listbox', 'aria-label': label, hidden: true,
  })
  let options: HTMLElement[] = []
  let shown: readonly string[] = []

  const suggesting = createSuggesting(find, ({ list, chosen }) => {
    if (list !== shown) {
      shown = list
      options = list.map((question, n) => make('li', {
        role: 'option', id: `suggestion-${n}`, class: 'option', part: 'suggestion', dir: 'auto', 'aria-selected': 'false',
        // The field keeps the focus.
        onmousedown: (event: MouseEvent) => event.preventDefault(), onclick: () => { suggesting.close(); choose(question) },
      }, question))
      element.replaceChildren(...options)
      element.hidden = list.length === 0
      if (list.length > 0) say(list.length)
    }
    for (const [n, option] of options.entries()) option.setAttribute('aria-selected', String(n === chosen))
    if (chosen < 0) field.removeAttribute('aria-activedescendant')
    else field.setAttribute('aria-activedescendant', `suggestion-${chosen}`)
  })
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-haspopup', 'listbox')
  field.setAttribute('aria-controls', 'suggestions')
  field.addEventListener('blur', suggesting.close)
  return { element, ...suggesting }
}
