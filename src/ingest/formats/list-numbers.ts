// Writes the numbers of lists and headings: 4, d, iv.

const romans: [value: number, letters: string][] = [
  [1000, 'm'], [900, 'cm'], [500, 'd'], [400, 'cd'], [100, 'c'], [90, 'xc'], [50, 'l'], [40, 'xl'], [10, 'x'], [9, 'ix'], [5, 'v'], [4,
    'iv'], [1, 'i'],
]

/** Writes a number in a form, by Word's name for it. */
export function written (n: number, form: string): string {
  switch (form) {
    case 'lowerLetter': return letters(n)
    case 'upperLetter': return letters(n).toUpperCase()
    case 'lowerRoman': return roman(n)
    case 'upperRoman': return roman(n).toUpperCase()
    case 'decimalZero': return String(n).padStart(2, '0')
    default: return String(n)
  }
}

/** Word counts … y, z, aa, bb. */
function letters (n: number): string {
  return n < 1 || n > 780 ? String(n) : String.fromCharCode(97 + (n - 1) % 26).repeat(1 + Math.floor((n - 1) / 26))
}

function roman (n: number): string {
  if (n < 1 || n > 3999) return String(n)
  let left = n
  return romans.map(([value, text]) => {
    const times = Math.floor(left / value)
    left -= times * value
    return text.repeat(times)
  }).join('')
}
