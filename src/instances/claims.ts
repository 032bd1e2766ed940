// The port to work that one of several instances does for all of them.

export interface Claims {
  /** Returns true for the first instance that claims a name. Without the others' answer every instance does the work. */
  take (name: string, forMs: number): Promise<boolean>
  /** Lets another instance claim it: the work was not done. Never rejects. */
  release (name: string): Promise<void>
}

/** For an instance that is alone. */
export const noClaims: Claims = { take: async () => true, release: async () => {} }
