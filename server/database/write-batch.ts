import { mongo } from 'mongoose'
import type { AnyBulkWriteOperation, Collection } from 'mongoose'
import { within } from '../deadline.ts'

/** A write that returns with this is on a majority of the nodes, and journaled. */
export const durable = { w: 'majority', journal: true } as const

/** The server's error code for a value that a unique index holds already. */
export const duplicateKey = 11_000

/**
 * One unordered bulk of upserts, durable when it returns: on a majority, and journaled.
 * @param timeoutMS  for all of it; what is late may still be written
 * @returns the error of each operation that has one, by its index; the others are durable
 * @throws MongoError when it is not known of each operation that it is durable
 */
export async function writeBatch(
  model: { collection: Collection },
  operations: AnyBulkWriteOperation[],
  timeoutMS: number,
): Promise<Map<number, mongo.WriteError>> {
  // The driver's collection: Mongoose would cast each operation again, which Zod has done.
  const collection = model.collection as unknown as mongo.Collection
  const errors = new Map<number, mongo.WriteError>()
  let result: mongo.BulkWriteResult
  try {
    result = await within(timeoutMS, collection.bulkWrite(operations as mongo.AnyBulkWriteOperation[], {
      ordered: false,
      writeConcern: durable,
    }))
  }
  catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error
    for (const each of [error.writeErrors].flat()) errors.set(each.index, each)
    // The driver wraps every failure in this error, a broken connection too: then it lists no operation.
    if (errors.size === 0 || error.result.getWriteConcernError()) throw error
    result = error.result
  }
  const accounted = result.matchedCount + result.upsertedCount + errors.size
  if (accounted !== operations.length) throw new mongo.MongoDriverError(`${accounted} of ${operations.length} writes are accounted for`)
  return errors
}
