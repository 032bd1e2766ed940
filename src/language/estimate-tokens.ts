// Guesses the tokens of a text where there is no tokenizer.

/** Four letters a token, as in English; any other script a token a letter. */
export function estimateTokens (text: string): number {
  const wide = text.match(/[^\p{Script=Latin}\p{Script=Common}\p{M}]/gu)?.length ?? 0
  const white = text.match(/\s/g)?.length ?? 0
  return wide + Math.ceil((text.length - white - wide) / 4)
}
