import type { mongo } from 'mongoose'
import type { Check } from '../../../shared/sync.ts'
import { Audit } from '../../database/audit.ts'
import { Delivery } from '../../database/deliveries.ts'
import { Profile } from '../../database/profiles.ts'
import { SavedViewRow } from '../../database/saved-views.ts'
import { within } from '../../deadline.ts'
import type { Opening } from './database.ts'
import { inspectDatabase } from './database.ts'
import { callLimit, failed, ok, warning } from './finding.ts'

interface Difference {
  /** Such as 'profiles.clerk_id_1'. */
  index: string
  kind: 'missing' | 'different' | 'undeclared'
}

interface Index {
  name: string
  /** Everything by which two indexes differ, in one text. */
  definition: string
}

/** Whether the database has the declared indexes, and no others. */
export function checkIndexes(opening: Opening): Promise<Check> {
  return inspectDatabase('Indexes', opening, async (db) => {
    const differences = await compareIndexes(db)
    const names = (kind: Difference['kind']) =>
      differences.filter(each => each.kind === kind).map(({ index }) => index).join(', ')
    const [missing, different, undeclared] = [names('missing'), names('different'), names('undeclared')]
    const found = [
      missing && `Missing: ${missing}`,
      different && `Defined differently: ${different}`,
      undeclared && `Not declared: ${undeclared}`,
    ].filter(Boolean).join('. ')
    if (differences.every(({ kind }) => kind === 'missing') && differences.length === countDeclared()) {
      return warning('None has been built yet', 'Start the app, which builds them')
    }
    if (missing || different) {
      return failed(
        found,
        'Drop those that differ, with dropIndex in mongosh, and restart the app: it builds what is missing',
      )
    }
    if (undeclared) {
      return warning(`${found}. They slow down every write`, 'Drop those that nothing uses, with dropIndex in mongosh')
    }
    return ok('All are present, and as declared')
  })
}

const models = [Profile, Delivery, Audit, SavedViewRow]
const countDeclared = () => models.reduce((sum, { schema }) => sum + schema.indexes().length, 0)

/** Compares the declared indexes with those in the database. The _id index is in every collection. */
async function compareIndexes(db: mongo.Db): Promise<Difference[]> {
  const differences = await Promise.all(models.map(async ({ schema, collection }) => {
    const { collectionName } = collection
    const declared = schema.indexes().map(([key, options]) => toIndex(key, options ?? {}))
    const stored = (await within(callLimit, db.collection(collectionName).indexes().catch(noCollection)))
      .filter(({ name }) => name !== '_id_')
      .map(({ key, ...options }) => toIndex(key, options))
    const storedByName = new Map(stored.map(({ name, definition }) => [name, definition]))
    const declaredNames = new Set(declared.map(({ name }) => name))
    return [
      ...declared
        .filter(({ name, definition }) => storedByName.get(name) !== definition)
        .map(({ name }) => ({ name, kind: storedByName.has(name) ? 'different' as const : 'missing' as const })),
      ...stored
        .filter(({ name }) => !declaredNames.has(name))
        .map(({ name }) => ({ name, kind: 'undeclared' as const })),
    ].map(({ name, kind }) => ({ index: `${collectionName}.${name}`, kind }))
  }))
  return differences.flat()
}

function toIndex(key: object, options: object): Index {
  const { name, unique, expireAfterSeconds, partialFilterExpression, sparse } = options as mongo.IndexDescriptionInfo
  return {
    name: name ?? Object.entries(key).flat().join('_'),
    definition: JSON.stringify([
      Object.entries(key),
      Boolean(unique),
      Boolean(sparse),
      expireAfterSeconds ?? null,
      partialFilterExpression ?? null,
    ]),
  }
}

function noCollection(error: mongo.MongoServerError): [] {
  if (error.codeName === 'NamespaceNotFound') return []
  throw error
}
