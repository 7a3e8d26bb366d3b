import { mongo } from 'mongoose'
import type { AnyBulkWriteOperation, Collection } from 'mongoose'

/**
 * One unordered bulk write, durable when it returns: on a majority, and journaled.
 * @param timeoutMS  for all of it: finding a server, retries and the write
 * @returns the error of each operation that has one, by its index; the others are durable
 * @throws MongoError when none is known to be durable
 */
export async function writeBatch(
  model: { collection: Collection },
  operations: AnyBulkWriteOperation[],
  timeoutMS: number,
): Promise<Map<number, mongo.WriteError>> {
  try {
    // The driver's collection: Mongoose would cast each operation again, which Zod has done.
    const collection = model.collection as unknown as mongo.Collection
    await collection.bulkWrite(operations as mongo.AnyBulkWriteOperation[], {
      ordered: false,
      writeConcern: { w: 'majority', journal: true },
      timeoutMS,
    })
    return new Map()
  }
  catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError) || error.result.getWriteConcernError()) throw error
    return new Map([error.writeErrors].flat().map(each => [each.index, each]))
  }
}
