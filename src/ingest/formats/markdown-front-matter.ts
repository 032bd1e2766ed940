// Reads the front matter of a Markdown file, YAML between two lines of dashes, as facts.
import { parseDocument } from 'yaml'
import { factLine } from '../../language/passage-lines.ts'
import { isObject } from '../../plain-object.ts'

export type Fact = [label: string, value: string]
/** The values by their keys, those inside others as `outer.inner`. */
type Values = Record<string, unknown>

const maxDepth = 3
const maxAliases = 20

/** Returns the facts, the values as they are written, and the text that follows them. */
export function frontMatter (text: string): { facts: Fact[], values: Values, body: string } {
  const [all, inside] = /^\uFEFF?---[ \t]*\r?\n([^]{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(text) ?? []
  if (all === undefined || !/^[\p{L}\p{N}"'][^:\n]*:/mu.test(inside!)) return { facts: [], values: {}, body: text }
  return { ...factsIn(inside!), body: text.slice(all.length) }
}

/** Text that is no YAML is read line by line: a person wrote it. */
function factsIn (yaml: string): { facts: Fact[], values: Values } {
  try {
    // All values as they are written: "no" is a word, and 1.10 is a version.
    const document = parseDocument(yaml, { schema: 'failsafe', logLevel: 'silent' })
    const value: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: maxAliases })
    if (isObject(value)) return { facts: flat(value, '', 0), values: flatValues(value) }
  } catch { /* read below */ }
  const facts = yaml.split('\n').flatMap((line): Fact[] => {
    const [, key, value] = /^([^\s:#][^:]{0,60}?)\s*:\s*(\S.*?)\s*$/.exec(line) ?? []
    return key && value ? [[key, value.replace(/^(["'])(.*)\1$/, '$2').replace(/^\[(.*)\]$/, '$1')]] : []
  })
  return { facts, values: Object.fromEntries(facts) }
}

function flatValues (map: Values, above = '', depth = 0): Values {
  return Object.fromEntries(Object.entries(map).flatMap(([key, value]) => {
    const inner = isObject(value) && depth < maxDepth ? Object.entries(flatValues(value, `${above}${key}.`, depth + 1)) : []
    // The map itself too: an access list that is one must be refused, not missed.
    return [[above + key, value], ...inner]
  }))
}

/** A value inside another one is named by both: `price: {adults: 12 €}` becomes "price adults". */
function flat (map: Record<string, unknown>, above: string, depth: number): Fact[] {
  return Object.entries(map).flatMap(([key, value]): Fact[] => {
    const label = above === '' ? key : `${above} ${key}`
    if (isObject(value)) return depth < maxDepth ? flat(value, label, depth + 1) : []
    if (Array.isArray(value) && value.some(isObject)) {
      const items = depth < maxDepth ? value.filter(isObject) : []
      return items.map((one): Fact => [label, flat(one, '', depth + 1).map(factLine).join('; ')])
    }
    const written = Array.isArray(value) ? value.filter(one => typeof one === 'string').join(', ') : String(value ?? '')
    const text = written.replace(/\s+/g, ' ').trim()
    return text === '' ? [] : [[label, text]]
  }).filter(([, value]) => value !== '')
}
