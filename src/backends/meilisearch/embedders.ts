// Tells which model's vectors each embedder of an index holds, and by which of them the index can be searched. Each model has
// an embedder of its own, so that the vectors of a new model are written beside the old ones, which are searched meanwhile.
import { createHash } from 'node:crypto'
import { isMultilingual } from '../../embed/models.ts'
import type { RawDocument } from '../../documents/document.ts'
import type { Language } from '../../types.ts'

/** A `userProvided` embedder of an index, and the model whose vectors it holds. */
export interface IndexEmbedder { name: string, model: string, dimensions: number }

export interface EmbedderState extends IndexEmbedder {
  /** The number of documents that have vectors, but none of this model. */
  lacking: number
  /** The number of documents that have vectors of this model. */
  holding: number
}

/** The embedders of an index as Meilisearch's settings have them. */
export type EmbedderSettings = Record<string, { source?: string, dimensions?: number } | null>

const ownPrefix = 'causerie-'
/** Meilisearch's usual name: it was the only embedder before each model had its own, and is one that others set up. */
export const sharedName = 'default'

/** Returns the name of a model's own embedder, the same in every index. */
export function embedderName (model: string): string {
  const hash = createHash('sha256').update(model).digest('hex').slice(0, 8)
  return `${ownPrefix}${model.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 60)}-${hash}`
}

/** Tells whether an embedder is a model's own. */
export function isOwnName (name: string): boolean {
  return name.startsWith(ownPrefix)
}

/** Returns the models whose vectors a document has, by its `_model`. */
export function modelsOf ({ _model }: RawDocument): string[] {
  return [_model].flat().filter((model): model is string => typeof model === 'string' && model !== 'none')
}

/** Returns the value of `_model` for a document with vectors of these models. */
export function modelMark (models: readonly string[]): string | string[] {
  const [first = 'none', ...others] = new Set(models)
  return others.length === 0 ? first : [first, ...others]
}

/** Returns the names of the embedders that expect vectors from whoever writes a document. */
export function userProvided (settings: EmbedderSettings): string[] {
  return Object.entries(settings).flatMap(([name, embedder]) => embedder?.source === 'userProvided' ? [name] : [])
}

/** Returns the `_vectors` of a document that has none: it opts out of each embedder, also of those that are created later. */
export function noVectors (embedders: readonly string[], models: readonly string[]): Record<string, null> {
  return Object.fromEntries([...models.map(embedderName), ...embedders].map(name => [name, null]))
}

/** Returns the embedder that is not a model's own: `default`, or, to search only, the first of another name. */
export function sharedEmbedder (settings: EmbedderSettings, { ofAnyName = false } = {}): string | undefined {
  const names = userProvided(settings).filter(name => !isOwnName(name))
  return names.find(name => name === sharedName) ?? (ofAnyName ? names[0] : undefined)
}

/**
 * Returns the embedders whose model is known, in the order of `models`.
 * @param models the models that there are, the first of them for indexes that name none
 * @param named the model that the profile names for the index
 * @param count returns the number of documents that match a filter; 0 when the index does not allow it
 * @param ofAnyName without `default`, an embedder of another name is taken for it
 */
export async function readEmbedders ({ settings, models, named, count, ofAnyName = false }: {
  settings: EmbedderSettings
  models: readonly string[]
  named: string | undefined
  count: (filter: string) => Promise<number>
  ofAnyName?: boolean
}): Promise<EmbedderState[]> {
  const known = [...new Set([...(named === undefined ? [] : [named]), ...models])]
  const embedder = (name: string, model: string): IndexEmbedder[] => {
    const dimensions = settings[name]?.dimensions
    return dimensions === undefined ? [] : [{ name, model, dimensions }]
  }
  const usable = new Set(userProvided(settings))
  const without = known.filter(model => !usable.has(embedderName(model)))
  const shared = sharedEmbedder(settings, { ofAnyName })
  const ofShared = shared === undefined ? null : await modelOfShared(without, named ?? models[0] ?? '', count)
  const found = known.flatMap(model =>
    usable.has(embedderName(model)) ? embedder(embedderName(model), model) : model === ofShared ? embedder(shared!, model) : [])
  if (found.length < 2) return found.map(one => ({ ...one, lacking: 0, holding: 0 }))
  return Promise.all(found.map(async one => {
    // A document without `_model` was loaded by an earlier version, which knew the shared embedder only.
    const marked = one.name === shared ? '_model EXISTS AND ' : ''
    const model = JSON.stringify(one.model)
    const [lacking, holding] = await Promise.all([
      count(`${marked}_model != none AND _model != ${model}`), count(`_model = ${model}`),
    ])
    return { ...one, lacking, holding }
  }))
}

/** Returns the model whose vectors the shared embedder holds, of those without an embedder of their own; null = another one. */
async function modelOfShared (
  candidates: readonly string[], usual: string, count: (filter: string) => Promise<number>,
): Promise<string | null> {
  if (await count('_model EXISTS AND _model != none') === 0) return candidates.includes(usual) ? usual : candidates[0] ?? null
  const held = await Promise.all(candidates.map(model => count(`_model = ${JSON.stringify(model)}`)))
  const holding = candidates.filter((_, i) => held[i]! > 0)
  return holding.includes(usual) ? usual : holding[0] ?? null
}

/** An index is searched by a further model when at most this share of its documents has no vectors of it yet. */
const mostLacking = 0.1

/**
 * Returns the embedders that an index can be searched by, the one to prefer first: that of the wanted model once no document
 * has to wait for its vectors, until then the one before.
 */
export function searchable (states: readonly EmbedderState[], wanted: string): IndexEmbedder[] {
  const least = Math.min(...states.map(({ lacking }) => lacking))
  const complete = states.filter(({ lacking }) => lacking === least)
  const nearly = states.filter(({ lacking, holding }) => lacking > least && lacking <= mostLacking * holding)
  return [
    ...complete.sort((a, b) => Number(b.model === wanted) - Number(a.model === wanted)),
    ...nearly,
  ].map(({ name, model, dimensions }) => ({ name, model, dimensions }))
}

/**
 * Returns the models that a question is embedded with.
 * @param indexes the embedders of each index, the one to prefer first
 * @param language the documents' language; a question in another one is compared by a multilingual model that all have
 */
export function modelsToAsk (indexes: readonly (readonly IndexEmbedder[])[], language: Language, asked: Language): string[] {
  const [first = [], ...others] = indexes.filter(embedders => embedders.length > 0)
  const own = [...new Set([first, ...others].flatMap(embedders => embedders[0]?.model ?? []))]
  if (asked === language || own.some(isMultilingual)) return own
  const across = first.find(({ model }) => isMultilingual(model) && others.every(list => list.some(other => other.model === model)))
  return across ? [across.model] : own
}
