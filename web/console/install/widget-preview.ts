// The widget itself, in the corner of the console, with the settings of the form beside it.
import { addressOf } from '../api.ts'

export interface WidgetSettings {
  /** `data-*` without the prefix; empty ones are left out. */
  data: Record<string, string>
  accent: string
}

interface WidgetWindow extends Window { Causerie?: { open (): void, close (): void, remove (): void } }

let wanted: WidgetSettings | null = null
let loading: Promise<void> | undefined

/** Shows the widget as it would stand on a page; null takes it away. */
export async function showWidget (settings: WidgetSettings | null): Promise<void> {
  wanted = settings
  if (settings === null) return (window as WidgetWindow).Causerie?.remove()
  loading ??= load(settings)
  await loading
  // Changed while the script was on its way.
  if (wanted !== settings) return
  ;(window as WidgetWindow).Causerie?.remove()
  const element = document.createElement('causerie-chat')
  Object.assign(element.dataset, settings.data)
  if (settings.accent !== '') element.style.setProperty('--causerie-accent', settings.accent)
  document.body.append(element)
}

function load ({ data }: WidgetSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = addressOf('widget.js')
    Object.assign(script.dataset, data)
    script.onload = () => resolve()
    script.onerror = () => {
      loading = undefined
      script.remove()
      reject(new Error('The widget could not be loaded.'))
    }
    document.head.append(script)
  })
}
