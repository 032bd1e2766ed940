// The port to short notes that all instances can read, such as the states of uploads: each is written by one instance alone.

export interface Note {
  id: string
  /** What the note is about will not change any more. */
  isFinal: boolean
}

export interface Notes {
  /** Writes a note, or replaces it. Never rejects: what cannot be written is tried again. */
  write (company: string, note: Note, text: string): Promise<void>
  /** Returns a note's text; null when there is none, or when it cannot be read now. */
  read (company: string, id: string): Promise<string | null>
  /** Lists a company's notes that there still are, in the order of their ids; none when they cannot be read now. */
  list (company: string): Promise<Note[]>
  /** Deletes the notes of a company. Returns how many there were. Rejects when some may still be there. */
  erase (company: string): Promise<number>
  /** Calls back when what was written before may be lost: what it was about is to be written again. */
  onLost (listener: () => void): void
  close (): void
}
