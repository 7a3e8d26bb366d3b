import { mongo } from 'mongoose'
import type { AnyBulkWriteOperation, Collection } from 'mongoose'
import { within } from '../deadline.ts'

/** A write with this concern returns when it is on a majority of the nodes, and journaled. */
export const durable = { w: 'majority', journal: true } as const

/** The server's error code for a value that a unique index already contains. */
export const duplicateKey = 11_000

/**
 * Runs an unordered bulk write of upserts. It is durable when it returns: on a majority, and journaled.
 * @param timeoutMS  for the whole batch; an operation that is late may still be written
 * @returns the errors of failed operations by index; the others are durable
 * @throws MongoError unless the others are known to be durable
 */
export async function writeBatch(
  model: { collection: Collection },
  operations: AnyBulkWriteOperation[],
  timeoutMS: number,
): Promise<Map<number, mongo.WriteError>> {
  // The driver's collection: Mongoose would validate each operation again, as Zod has done.
  const collection = model.collection as unknown as mongo.Collection
  const errors = new Map<number, mongo.WriteError>()
  let result: mongo.BulkWriteResult
  try {
    result = await within(
      timeoutMS,
      collection.bulkWrite(operations as mongo.AnyBulkWriteOperation[], {
        ordered: false,
        writeConcern: durable,
      }),
    )
  }
  catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error
    for (const each of [error.writeErrors].flat()) errors.set(each.index, each)
    // The driver wraps every failure in this error. After a broken connection it lists no operation.
    if (errors.size === 0 || error.result.getWriteConcernError()) throw error
    result = error.result
  }
  const accounted = result.matchedCount + result.upsertedCount + errors.size
  if (accounted !== operations.length) {
    throw new mongo.MongoDriverError(`${accounted} of ${operations.length} writes are accounted for`)
  }
  return errors
}
