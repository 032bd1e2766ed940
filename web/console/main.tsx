// Starts the console.
import { render } from 'preact'
import { App } from './app.tsx'
import { start } from './session.ts'

render(<App />, document.getElementById('app')!)
start()
