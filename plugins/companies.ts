// Sets up the management of companies: their profiles are read and changed here, one change of a company at a time.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createInTurn } from '../src/async/in-turn.ts'
import { uidOf, ownUidOf } from '../src/backends/meilisearch/index-owners.ts'
import { embedderSettings } from '../src/config.ts'
import { coded, unknownCompany } from '../src/errors.ts'
import { checkProfile, patchProfile, removedIndexes, writerOf } from '../src/profiles/change.ts'
import { parseProfile, type WrittenProfile } from '../src/profiles/profile.ts'
import type { CompanyProfile } from '../src/types.ts'

export interface Companies {
  /** Returns a profile as it was written. Throws UNKNOWN_COMPANY. */
  read (company: string): Promise<WrittenProfile>
  /**
   * Creates or replaces a company's profile. Returns whether it is new. Throws COMPANY_EXISTS when `mustBeNew` is set,
   * INVALID_BODY, INVALID_TEXT, or INDEX_NOT_EMPTY when an index that has documents is left out.
   */
  put (profile: unknown, options: { mustBeNew: boolean }): Promise<{ profile: WrittenProfile, isNew: boolean }>
  /** Changes parts of a profile. Throws as `put` does, or UNKNOWN_COMPANY. @param isOperator see patchProfile */
  patch (company: string, patch: object, isOperator: boolean): Promise<WrittenProfile>
  /** Does what must not meet a change or the removal of the same company: such work is done one after the other. */
  inOrder<T> (company: string, work: () => Promise<T>): Promise<T>
}

declare module 'fastify' {
  interface FastifyInstance { companies: Companies }
}

export default fp(async (app: FastifyInstance) => {
  const { config, profileStore, profiles } = app
  const { models } = embedderSettings(config)
  // What is read must not change before it is written.
  const inOrder = createInTurn()

  /** Throws when the indexes of a profile cannot be used: another company's, or of a model that is not there. */
  async function checkIndexes (profile: CompanyProfile, before: WrittenProfile | null): Promise<void> {
    for (const [kind, { model, uid }] of Object.entries(profile.indexes)) {
      if (model !== undefined && !models.includes(model)) {
        throw coded('INVALID_BODY', `indexes.${kind}.model: "${model}" is not one of EMBEDDING_MODELS: ${models.join(', ')}.`)
      }
      if (uid === undefined || uid === before?.indexes[kind]?.uid) continue
      try {
        ownUidOf(profile, kind)
      } catch (error) {
        throw coded('INVALID_BODY', `indexes.${kind}.uid: "${uid}" is another company's index.`, error)
      }
      for (const other of await profileStore.companies()) {
        const known = other === profile.id ? null : await profiles.get(other).catch(() => null)
        if (known && Object.keys(known.indexes).some(own => uidOf(known, own) === uid)) {
          throw coded('INVALID_BODY', `indexes.${kind}.uid: "${uid}" is another company's index.`)
        }
      }
    }
  }

  /** Throws INDEX_NOT_EMPTY: documents that no index names would stay where nobody sees them. */
  async function checkRemoved (before: WrittenProfile | null, after: WrittenProfile): Promise<void> {
    const removed = before ? removedIndexes(before, after) : []
    if (removed.length === 0) return
    const filled = await app.documents?.indexes(after.id) ?? []
    const index = filled.find(({ kind, documents }) => documents > 0 && removed.includes(kind))
    if (index) throw coded('INDEX_NOT_EMPTY', `"${index.kind}" has ${index.documents}.`)
  }

  async function write (before: WrittenProfile | null, after: WrittenProfile): Promise<void> {
    await checkIndexes(parseProfile(after), before)
    await checkRemoved(before, after)
    await writerOf(profileStore).put(after)
    if (!before) await app.store.run('forgetRemoval', after.id, null)
    app.profileChanged(after.id)
    // Its language or its models may have changed.
    if (!app.meilisearch && before) app.vectors.fill([after.id])
  }

  app.decorate('companies', {
    async read (company) {
      const found = await writerOf(profileStore).read(company)
      if (!found) throw unknownCompany()
      return found
    },
    async put (given, { mustBeNew }) {
      const profile = checkProfile(given)
      return inOrder(profile.id, async () => {
        const before = await writerOf(profileStore).read(profile.id)
        if (before && mustBeNew) throw coded('COMPANY_EXISTS')
        await write(before, profile)
        return { profile, isNew: before === null }
      })
    },
    patch: (company, patch, isOperator) => inOrder(company, async () => {
      const before = await app.companies.read(company)
      const after = patchProfile(before, patch, isOperator)
      await write(before, after)
      return after
    }),
    inOrder,
  } satisfies Companies)
}, { name: 'companies', dependencies: ['config', 'backends', 'profiles', 'documents'] })
