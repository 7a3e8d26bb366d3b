import mongoose from 'mongoose'
import type { mongo } from 'mongoose'
import type { DateFormat } from '../../shared/date-formats.ts'
import { fieldNames } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../shared/profile.ts'
import { fieldOf, monthDayOf, Profile } from '../database/profiles.ts'
import { duplicateKey } from '../database/write-batch.ts'
import { checkCell, clerkId } from './import-cells.ts'
import { findProfiles, writeEdits } from './write-edits.ts'
import type { StoredProfile } from './write-edits.ts'

const { MongoServerError } = mongoose.mongo

type Source = mongo.Collection
/** Its `_id` may be of any type. */
type SourceDocument = mongo.Document

/** Where a document of somebody else's has what: dotted paths. Of several, the first with a Clerk id counts. */
export type Paths = Record<ProfileField, string> & { clerk_id: string[] }

export interface Adoption {
  source: Source
  paths: Paths
  /** False: only says what would be done. */
  write: boolean
  /** How texts write their dates. */
  date_format: DateFormat
  /** The `_id` to go on after. */
  after?: unknown
}

/** A value that is no value of its field, and is left out. */
export interface Inconvertible {
  _id: unknown
  clerk_id: string
  field: ProfileField
  /** Never with the value. */
  reason: string
}

/** What became of some documents. */
export interface AdoptedBatch {
  /** The `_id` of the last one. */
  last: unknown
  inconvertible: Inconvertible[]
  counts: AdoptionCounts
}

export interface AdoptionCounts {
  /** Documents. */
  read: number
  /** Profiles that hold other values now, or would. */
  changed: number
  /** Values whose field has one already, or was cleared by its user. */
  alreadySet: number
  /** Values. */
  inconvertible: number
  /** Documents. */
  withoutClerkId: number
  /** Documents about users who were deleted, and stay so. */
  deleted: number
  /** Profiles that somebody else changed at the same time, and that are left for another run. */
  contested: number
}

const batchSize = 1_000

/** Whether the documents are the app's own profiles, which are converted where they are. */
export const isInPlace = ({ dbName, collectionName }: Source) => dbName === Profile.db.name && collectionName === Profile.collection.collectionName

/**
 * Takes the values of somebody else's documents into the profiles, in the order of `_id` and a batch at a time. A value
 * that is set is never replaced, so that running it again goes on where it stopped.
 * @throws MongoError when a batch is not durable
 */
export async function* adopt({ after, ...options }: Adoption): AsyncGenerator<AdoptedBatch> {
  // By a bound of the index, since $gt would pass over ids of another type.
  const start = after === undefined ? {} : { min: { _id: after }, hint: { _id: 1 } }
  await using documents = options.source.find(after === undefined ? {} : { _id: { $ne: after } } as object, {
    ...start, sort: { _id: 1 }, batchSize, projection: projectionOf(options.paths),
  })
  while (await documents.hasNext()) {
    yield await adoptBatch(documents.readBufferedDocuments(), options)
  }
}

/** Of whole fields: a path may go through a list by number, which a projection does not know. */
function projectionOf(paths: Paths): object {
  const names = Object.values(paths).flat().map(path => path.split('.')[0]!)
  return Object.fromEntries([...names, 'deleted_at', 'birth_month_day'].map(name => [name, 1]))
}

type Options = Omit<Adoption, 'after'>

async function adoptBatch(documents: SourceDocument[], { source, paths, write, date_format }: Options): Promise<AdoptedBatch> {
  const inconvertible: Inconvertible[] = []
  const counts: AdoptionCounts = {
    read: documents.length, changed: 0, alreadySet: 0, inconvertible: 0, withoutClerkId: 0, deleted: 0, contested: 0,
  }
  const inPlace = isInPlace(source)
  const idPaths = inPlace ? ['clerk_id'] : paths.clerk_id
  const known = documents.map(document => ({ document, clerk_id: clerkIdOf(document, idPaths) }))
    .filter((each): each is { document: SourceDocument, clerk_id: string } => each.clerk_id !== undefined)
  counts.withoutClerkId = documents.length - known.length
  const stored: Map<string, StoredProfile> = inPlace
    ? new Map(known.map(({ document, clerk_id }) => [clerk_id, document as unknown as StoredProfile]))
    : await findProfiles(known.map(({ clerk_id }) => clerk_id))

  const edits = new Map<string, Record<string, unknown>>()
  for (const { document, clerk_id } of known) {
    // With what an earlier document about the same user has set.
    const row = { ...stored.get(clerk_id), ...edits.get(clerk_id) } as Partial<StoredProfile>
    if (row.deleted_at !== undefined) {
      counts.deleted++
      continue
    }
    const edit: Record<string, unknown> = {}
    for (const field of fieldNames) {
      const { value, reason } = convert(valueAt(document, paths[field]), field, date_format)
      // A birthday without its day of the year is in no search by it: it is set once more.
      const isDone = isSet(row, field) && !(inPlace && field === 'birthday' && row.birth_month_day !== monthDayOf(row))
      if (isDone) counts.alreadySet += Number(value !== undefined)
      else if (reason) inconvertible.push({ _id: document._id, clerk_id, field, reason })
      else if (value !== undefined) edit[field] = value
    }
    if (Object.keys(edit).length > 0) edits.set(clerk_id, { ...edits.get(clerk_id), ...edit })
  }
  counts.inconvertible = inconvertible.length

  const changes = [...edits].map(([clerk_id, edit]) => ({
    clerk_id, edit: edit as ProfileEdit, upsert: true, guard: guardOf(stored.get(clerk_id), Object.keys(edit) as ProfileField[]),
  }))
  if (write && changes.length > 0) {
    const refused = await writeEdits(changes)
    for (const error of refused.values()) if (error.code !== duplicateKey) throw new MongoServerError(error)
    counts.contested = refused.size
  }
  counts.changed = changes.length - counts.contested
  return { last: documents.at(-1)!._id, inconvertible, counts }
}

function clerkIdOf(document: SourceDocument, paths: string[]): string | undefined {
  return paths.map(path => valueAt(document, path)).find(value => typeof value === 'string' && clerkId.test(value)) as string | undefined
}

/** What a document has at a dotted path. */
function valueAt(document: SourceDocument, path: string): unknown {
  return path.split('.').reduce<unknown>(
    (place, name) => typeof place === 'object' && place !== null && Object.hasOwn(place, name) ? place[name as never] : undefined,
    document,
  )
}

/** Set, or cleared by its user. What does not fit its field counts as not set. */
const isSet = (row: Partial<StoredProfile>, field: ProfileField) => row[field] === null || fieldOf(row, field) !== null

/** What the import would make of a value; neither a value nor a reason where there is none. */
function convert(value: unknown, field: ProfileField, date_format: DateFormat): { value?: unknown, reason?: string } {
  if (value === undefined || value === null) return {}
  const cell = cellOf(value)
  if (cell === undefined) return { reason: 'Only texts, numbers and dates can be converted' }
  const { value: converted, message } = checkCell(field, cell, { format: 'ndjson', date_format })
  return { value: converted, reason: message }
}

/** A value as a file would say it; undefined where a file could not. */
function cellOf(value: unknown): string | undefined {
  // A Date is read as a day in UTC; MongoDB has dates that JavaScript has not.
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  const type = (value as { _bsontype?: string })._bsontype ?? typeof value
  return ['string', 'number', 'bigint', 'Long', 'Decimal128'].includes(type) ? String(value) : undefined
}

/** The condition that the fields are as they were read. In double negation, of which an upsert takes no values. */
function guardOf(row: StoredProfile | undefined, fields: ProfileField[]): object {
  return Object.fromEntries(fields.map(field => [field, row?.[field] === undefined ? { $exists: false } : { $not: { $ne: row[field] } }]))
}
