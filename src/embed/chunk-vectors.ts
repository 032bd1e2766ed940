// Which of the vectors that the embedder makes of a chunk it is found by.

/**
 * Returns the vectors of a chunk: that of the title alone, which comes first if there is a title, belongs to its document's first
 * chunk. Every window is embedded with its title anyway.
 */
export function chunkVectors (vectors: Float32Array[], title: string, isFirst: boolean): Float32Array[] {
  return isFirst || vectors.length === 1 || title.trim() === '' ? vectors : vectors.slice(1)
}
