// The ids of responses: an answer, and the conversation that it was given in. Equal questions share an answer, and never a conversation.

export function responseId (answerId: string, conversation: string): string {
  return `resp_${answerId}.${conversation}`
}

/** Returns null for an id that was not made here. */
export function readResponseId (id: string): { answerId: string, conversation: string } | null {
  const [, answerId, conversation] = /^resp_([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})$/.exec(id) ?? []
  return answerId === undefined || conversation === undefined ? null : { answerId, conversation }
}
