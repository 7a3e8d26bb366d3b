import { mongo } from 'mongoose'
import { within } from '../deadline.ts'
import { currentDatabase, database } from './connection.ts'
import { durable } from './durable.ts'

/** One statement of MongoDB's `update` command, with the hint for its filter. */
export interface UpdateStatement {
  q: mongo.Document
  u: mongo.Document | mongo.Document[]
  upsert: boolean
  hint?: mongo.Document
}

export interface WriteOptions {
  /** The deadline for the batch, in milliseconds; a statement that is late may still be written. */
  timeoutMS: number
  writeConcern?: mongo.WriteConcernSettings
}

export interface BatchResult {
  /** The errors of failed statements, by index. */
  errors: Map<number, mongo.WriteError>
  /**
   * The term of the primary that wrote, if the server reports it: a member of a replica set does, a standalone server
   * and a router do not. In one term, a write that is durable makes those before it durable.
   */
  term?: string
}

interface Reply {
  n: number
  writeErrors?: mongo.WriteError[]
  writeConcernError?: mongo.Document
  opTime?: { t?: unknown }
}

/** Statements per command. A command has at most 16 MB, and a statement with the longest texts has 75 KB. */
export const maxStatements = 200

/**
 * Updates documents in an unordered batch of upserts. By default it is durable when it returns. The driver does not
 * repeat it after a broken connection, so a caller must be able to repeat it, or to fail.
 * @throws MongoError unless all statements without an error are known to be written
 */
export async function updateBatch(
  collection: string,
  updates: UpdateStatement[],
  { timeoutMS, writeConcern }: WriteOptions,
): Promise<BatchResult> {
  const deadline = Date.now() + timeoutMS
  const errors: BatchResult['errors'] = new Map()
  const terms = new Set<string | undefined>()
  for (let start = 0; start < updates.length; start += maxStatements) {
    const part = updates.slice(start, start + maxStatements)
    const command = { update: collection, updates: part, ordered: false }
    const written = await writeBatch(command, part.length, { timeoutMS: deadline - Date.now(), writeConcern })
    terms.add(written.term)
    for (const [index, error] of written.errors) errors.set(start + index, error)
  }
  return { errors, term: terms.size === 1 ? [...terms][0] : undefined }
}

/**
 * Inserts documents in one unordered batch. Absent and undefined fields are the same.
 * @throws MongoError unless all documents without an error are known to be written
 */
export function insertBatch(collection: string, documents: mongo.Document[], options: WriteOptions) {
  return writeBatch({ insert: collection, documents, ordered: false }, documents.length, options)
}

async function writeBatch(
  command: mongo.Document,
  count: number,
  { timeoutMS, writeConcern = durable }: WriteOptions,
): Promise<BatchResult> {
  await database()
  const work = currentDatabase().command({ ...command, writeConcern }, { ignoreUndefined: true })
  const { n, writeErrors = [], writeConcernError, opTime } = await within(timeoutMS, work) as Reply
  if (writeConcernError) throw new mongo.MongoServerError(writeConcernError)
  if (n + writeErrors.length !== count) {
    throw new mongo.MongoDriverError(`${n + writeErrors.length} of ${count} writes are accounted for`)
  }
  return {
    errors: new Map(writeErrors.map(error => [error.index, error])),
    term: opTime?.t === undefined ? undefined : String(opTime.t),
  }
}
