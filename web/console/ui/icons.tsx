// Icons of one family: 20 units wide, lines of 1.6. They are decoration: the control beside or around them has the words.
import type { JSX } from 'preact'

const paths = {
  ask: 'M3 9.5C3 6 6.1 3.5 10 3.5s7 2.5 7 6-3.1 6-7 6c-.8 0-1.6-.1-2.3-.3L4 17l.7-3.3A5.6 5.6 0 0 1 3 9.5Z',
  documents: 'M11.5 2.5h-6A1.5 1.5 0 0 0 4 4v12a1.5 1.5 0 0 0 1.5 1.5h9A1' +
    '.5 1.5 0 0 0 16 16V7l-4.5-4.5ZM11.5 2.5V7H16M7 10.5h6M7 13.5h4',
  company: 'M3.5 17V5.5l7-2.5v14M10.5 8l6 2v7M2 17h16M6 7.5h2M6 10.5h2M6 13.5h2M13 12.5h1',
  gaps: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.8 7.8A2.3 2.3 0 1 1 11 10c-.7.3-1 .7-1 1.4M10 14v.1',
  feedback: 'M3.5 4h13v9h-6l-3.5 3.5V13h-3.5V4ZM7 8.5l2 2 4-4',
  answers: 'M5.5 3h9A1.5 1.5 0 0 1 16 4.5v11a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-11A1.5 1.5 0 0 1 5.5 3ZM7 10l2 2 4-4.5',
  globe: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM2.5 10h15' +
    'M10 2.5c2.2 2 3.2 4.5 3.2 7.5s-1 5.5-3.2 7.5c-2.2-2-3.2-4.5-3.2-7.5s1-5.5 3.2-7.5Z',
  merge: 'M4 4l5.2 5.4a2 2 0 0 1 .6 1.4V17M16 4l-4.6 4.8M7 14.2 9.8 17l2.8-2.8',
  more: 'M5 10v.1M10 10v.1M15 10v.1',
  download: 'M10 3.5V13M6 9.5l4 4 4-4M3.5 13.5v2a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-2',
  evaluation: 'M3 16.5h14M5.5 16.5V11M10 16.5V4.5M14.5 16.5v-8',
  install: 'm7 6-4 4 4 4M13 6l4 4-4 4M11.3 4.5l-2.6 11',
  health: 'M2.5 10.5h3.3L8 5l3.5 10 2.2-6 .9 1.5h3',
  send: 'M10 16V4.5M5 9l5-5 5 5',
  stop: 'M6 6h8v8H6z',
  copy: 'M7 7V4.5A1 1 0 0 1 8 3.5h7.5a1 1 0 0 1 1 1V12a1 1 0 0 1-1 1H13' +
    'M4.5 7H12a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1H4.5a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1Z',
  check: 'm4 10.5 4 4 8-9',
  again: 'M16 8.5A6.3 6.3 0 1 0 16.3 12M16.5 4v4.5H12',
  inspect: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13.2 13.2 17 17M9 6.5v5M6.5 9h5',
  close: 'm5 5 10 10M15 5 5 15',
  out: 'M11.5 3.5h5v5M16.5 3.5l-7 7M14.5 11.5v4a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1h4',
  pin: 'M7.5 3h5l-.5 5 2.5 3h-9L8 8l-.5-5ZM10 11v6',
  trash: 'M4 5.5h12M8 5.5V4a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.5' +
    'M5.5 5.5l.7 10a1 1 0 0 0 1 1h5.6a1 1 0 0 0 1-1l.7-10M8.5 9v4.5M11.5 9v4.5',
  upload: 'M10 13.5V4M6 7.5 10 3.5l4 4M3.5 13v2.5a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1V13',
  folder: 'M2.5 6a1.5 1.5 0 0 1 1.5-1.5h3.5l2 2H16A1.5 1.5 0 0 1 1' +
    '7.5 8v6.5A1.5 1.5 0 0 1 16 16H4a1.5 1.5 0 0 1-1.5-1.5V6Z',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13.2 13.2 17 17',
  alert: 'M10 3 2.5 16.5h15L10 3ZM10 8.5v3.5M10 14.3v.2',
  key: 'M12.5 11.5a4 4 0 1 0-3.7-2.6L3 14.7V17h2.5v-2h2v-2h1.8l1-1a4 4 0 0 0 2.2-.5ZM13.3 6.7v.1',
  pencil: 'M12.5 4.5l3 3L7 16l-3.5.5L4 13l8.5-8.5ZM11 6l3 3',
  plus: 'M10 4v12M4 10h12',
  down: 'm5 8 5 5 5-5',
  thumbUp: 'M6.5 9v7.5M6.5 9 10 3c1.2 0 2 .8 2 2v3h3.6a1.4 1.4 0 0 1 1.4 1.7l-1.1 5.5a1.6 1.6 0 0 1-1.6 1.3H3.5V9h3',
  thumbDown: 'M13.5 11V3.5M13.5 11 10 17c-1.2 0-2-.8-2-2v-3H4.4A1.4 1.4 0 0 1 3 10.3l1.1-5.5a1.6 1.6 0 0 1 1.6-1.3h10.8V11h-3',
  sliders: 'M3 6.5h7M14 6.5h3M12 4.5v4M3 13.5h3M10 13.5h7M8 11.5v4',
} as const

export type IconName = keyof typeof paths

export function Icon ({ name, size = 20 }: { name: IconName, size?: number }): JSX.Element {
  return (
    <svg class={`icon icon-${name}`} width={size} height={size} viewBox='0 0 20 20' aria-hidden='true' focusable='false'>
      <path d={paths[name]} />
    </svg>
  )
}

const bubble = 'M16 3C8.3 3 2 8.4 2 15c0 3.5 1.8 6.7 4.7 8.9L5.6 29.2c-.1.6.5 1 1 .8l6' +
  '-3.2c1.1.2 2.2.3 3.4.3 7.7 0 14-5.4 14-12.1S23.7 3 16 3z'

export function Logo (): JSX.Element {
  return (
    <svg class='logo' width='28' height='28' viewBox='0 0 32 32' aria-hidden='true' focusable='false'>
      <path
        class='logo-bubble'
        d={bubble}
      />
      <path class='logo-marks' d='M11 11.5H9.5v7H11M21 11.5h1.5v7H21M14.2 15h3.6' />
    </svg>
  )
}
