// Starts the console.
import { render } from 'preact'
import { App } from './app.tsx'
import { start } from './session.ts'

const root = document.getElementById('app')!
// What stood there while this script was on its way.
root.replaceChildren()
render(<App />, root)
start()
