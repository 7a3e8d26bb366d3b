import type { Model, mongo } from 'mongoose'
import { IndexMissing } from '../errors.ts'

/** An index that is declared and could not be built. */
export interface IndexFailure {
  collection: string
  /** The index's name, such as `clerk_id_1`. */
  index: string
  /** MongoDB's own words. */
  reason: string
}

/** A collection's indexes that could not be built; none is ever dropped. */
async function buildIndexesOf(model: Model<never>): Promise<(IndexFailure & { unique: boolean })[]> {
  const failures: (IndexFailure & { unique: boolean })[] = []
  for (const [key, options] of model.schema.indexes()) {
    const index = options?.name as string | undefined ?? Object.entries(key).flat().join('_')
    try {
      await model.collection.createIndex(key as mongo.IndexSpecification, { ...options, name: index } as object)
    }
    catch (error) {
      const { code, message } = error as Error & { code?: number }
      // Without a code the database has not answered: that is not the index's fault.
      if (code === undefined) throw error
      // Without the value that is there twice: readiness is public.
      const reason = message.replace(/ dup key: .*/s, '')
      failures.push({ collection: model.collection.collectionName, index, reason, unique: Boolean(options?.unique) })
    }
  }
  return failures
}

/**
 * Builds the declared indexes of all collections.
 * @returns those that could not be built, and that the app can do without for now
 * @throws IndexMissing that names one which writes rely on, and why it could not be built
 * @throws MongoError when the database does not answer
 */
export async function buildIndexes(models: Model<never>[]): Promise<IndexFailure[]> {
  const failures = (await Promise.all(models.map(buildIndexesOf))).flat()
  const needed = failures.find(({ unique }) => unique)
  if (needed) throw new IndexMissing(`The database is reachable, but its ${describeFailure(needed)}`)
  return failures
}

/** In a line. */
export function describeFailure({ collection, index, reason }: IndexFailure): string {
  return `index ${index} of ${collection} could not be built: ${reason}`
}
