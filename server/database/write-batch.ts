import { within } from '../deadline.ts'
import { durable } from './durable.ts'

/** The part of a driver's `Db` that writes. Every version of the driver has it, also the one in Mongoose. */
export interface CommandTarget {
  command(command: object, options?: object): Promise<object>
}

/** One statement of MongoDB's `update` command, with the hint for its filter. */
export interface UpdateStatement {
  q: object
  u: object | object[]
  upsert: boolean
  hint?: object
}

export interface WriteOptions {
  /** The deadline for the batch, in milliseconds; a statement that is late may still be written. */
  timeoutMS: number
  writeConcern?: { w?: number | 'majority', j?: boolean }
}

/** An error of MongoDB for one statement of a batch. */
export interface StatementError {
  index: number
  code: number
  errmsg: string
}

/** MongoDB refused a write, or did not make it durable. */
export class WriteFailed extends Error {
  readonly code?: number
  constructor({ code, errmsg }: { code?: number, errmsg?: string }) {
    super(errmsg)
    this.code = code
  }
}

export interface BatchResult {
  /** The errors of failed statements, by index. */
  errors: Map<number, StatementError>
  /**
   * The term of the primary that wrote, if the server reports it: a member of a replica set does, a standalone server
   * and a router do not. In one term, a write that is durable makes those before it durable.
   */
  term?: string
}

interface Reply {
  n: number
  writeErrors?: StatementError[]
  writeConcernError?: { code?: number, errmsg?: string }
  opTime?: { t?: unknown }
}

/** Statements per command. A command has at most 16 MB, and a statement with the longest texts has 75 KB. */
export const maxStatements = 200

/**
 * Updates documents in an unordered batch of upserts. By default it is durable when it returns. The driver does not
 * repeat it after a broken connection, so a caller must be able to repeat it, or to fail.
 * @throws WriteFailed or MongoError unless all statements without an error are known to be written
 */
export async function updateBatch(
  db: CommandTarget,
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
    const written = await writeBatch(db, command, part.length, { timeoutMS: deadline - Date.now(), writeConcern })
    terms.add(written.term)
    for (const [index, error] of written.errors) errors.set(start + index, error)
  }
  return { errors, term: terms.size === 1 ? [...terms][0] : undefined }
}

/**
 * Inserts documents in one unordered batch. Absent and undefined fields are the same.
 * @throws WriteFailed or MongoError unless all documents without an error are known to be written
 */
export function insertBatch(db: CommandTarget, collection: string, documents: object[], options: WriteOptions) {
  return writeBatch(db, { insert: collection, documents, ordered: false }, documents.length, options)
}

async function writeBatch(
  db: CommandTarget,
  command: object,
  count: number,
  { timeoutMS, writeConcern = durable }: WriteOptions,
): Promise<BatchResult> {
  const work = db.command({ ...command, writeConcern }, { ignoreUndefined: true })
  const { n, writeErrors = [], writeConcernError, opTime } = await within(timeoutMS, work) as Reply
  if (writeConcernError) throw new WriteFailed(writeConcernError)
  if (n + writeErrors.length !== count) {
    throw new WriteFailed({ errmsg: `${n + writeErrors.length} of ${count} writes are accounted for` })
  }
  return {
    errors: new Map(writeErrors.map(error => [error.index, error])),
    term: opTime?.t === undefined ? undefined : String(opTime.t),
  }
}
