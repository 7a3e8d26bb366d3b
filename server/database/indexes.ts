import type { Model, mongo } from 'mongoose'
import { IndexMissing } from '../errors.ts'

/** A declared index that could not be built. */
export interface IndexFailure {
  collection: string
  /** The index's name, such as `clerk_id_1`. */
  index: string
  /** MongoDB's error message. */
  reason: string
}

/** Builds the indexes of a collection, and returns those that failed. It never drops an index. */
async function buildIndexesOf(model: Model<never>): Promise<(IndexFailure & { unique: boolean })[]> {
  const failures: (IndexFailure & { unique: boolean })[] = []
  for (const [key, options] of model.schema.indexes()) {
    const index = (options?.name as string | undefined) ?? Object.entries(key).flat().join('_')
    try {
      await model.collection.createIndex(key as mongo.IndexSpecification, { ...options, name: index } as object)
    }
    catch (error) {
      const { code, message } = error as Error & { code?: number }
      // An error without a code means that the database did not respond: the index is not at fault.
      if (code === undefined) throw error
      // Readiness is public, so the duplicate value is cut off.
      const reason = message.replace(/ dup key: .*/s, '')
      failures.push({ collection: model.collection.collectionName, index, reason, unique: Boolean(options?.unique) })
    }
  }
  return failures
}

/**
 * Builds the declared indexes of all collections.
 * @returns those that could not be built and that the app can run without
 * @throws IndexMissing that names an index which writes rely on, and why it could not be built
 * @throws MongoError when the database is unavailable
 */
export async function buildIndexes(models: Model<never>[]): Promise<IndexFailure[]> {
  const failures = (await Promise.all(models.map(buildIndexesOf))).flat()
  const needed = failures.find(({ unique }) => unique)
  if (needed) throw new IndexMissing(`The database is reachable, but its ${describeFailure(needed)}`)
  return failures
}

/** Describes a failure in one line. */
export function describeFailure({ collection, index, reason }: IndexFailure): string {
  return `index ${index} of ${collection} could not be built: ${reason}`
}
