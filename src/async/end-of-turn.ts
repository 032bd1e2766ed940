// Runs calls together at the end of a turn of the event loop, when the sockets that were ready have been read.

type Call = () => void

let calls: Call[] = []

/**
 * Runs `call` at the end of this turn, after those that came before it; one that comes while they run is run with them. One
 * setImmediate serves all streams: a thousand tokens that came in one turn cost no more of them than one.
 */
export function atEndOfTurn (call: Call): void {
  calls.push(call)
  if (calls.length === 1) setImmediate(runAll)
}

function runAll (): void {
  let done = 0
  try {
    while (done < calls.length) calls[done++]!()
  } finally {
    // A call that throws ends the process, or whoever caught it wants the others to run.
    calls = calls.slice(done)
    if (calls.length > 0) setImmediate(runAll)
  }
}
