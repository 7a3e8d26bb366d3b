import mongoose from 'mongoose'
import type { mongo } from 'mongoose'
import type { DateFormat } from '../../shared/date-formats.ts'
import { fieldNames } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../shared/profile.ts'
import { fieldOf, monthDayOf, Profile } from '../database/profiles.ts'
import { duplicateKey } from '../database/write-batch.ts'
import { checkCell, clerkId } from './import/check-cell.ts'
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
export function isInPlace({ dbName, collectionName }: Source): boolean {
  return dbName === Profile.db.name && collectionName === Profile.collection.collectionName
}

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

async function adoptBatch(documents: SourceDocument[], options: Options): Promise<AdoptedBatch> {
  const { source, paths, write } = options
  const inPlace = isInPlace(source)
  const idPaths = inPlace ? ['clerk_id'] : paths.clerk_id
  const known = documents.flatMap((document) => {
    const clerk_id = clerkIdOf(document, idPaths)
    return clerk_id === undefined ? [] : [{ document, clerk_id }]
  })
  const stored: Map<string, StoredProfile> = inPlace
    ? new Map(known.map(({ document, clerk_id }) => [clerk_id, document as unknown as StoredProfile]))
    : await findProfiles(known.map(({ clerk_id }) => clerk_id))

  const edits = new Map<string, Edit>()
  const inconvertible: Inconvertible[] = []
  let [alreadySet, deleted, contested] = [0, 0, 0]
  for (const { document, clerk_id } of known) {
    // With what an earlier document about the same user has set.
    const row = { ...stored.get(clerk_id), ...edits.get(clerk_id) } as Partial<StoredProfile>
    if (row.deleted_at instanceof Date) {
      deleted++
      continue
    }
    const decision = decide(document, row, options)
    alreadySet += decision.alreadySet
    inconvertible.push(...decision.refused.map(refusal => ({ _id: document._id, clerk_id, ...refusal })))
    if (Object.keys(decision.edit).length > 0) edits.set(clerk_id, { ...edits.get(clerk_id), ...decision.edit })
  }

  if (write && edits.size > 0) {
    const refused = await writeEdits([...edits].map(([clerk_id, edit]) => ({
      clerk_id, edit: edit as ProfileEdit, upsert: true, guard: guardOf(stored.get(clerk_id), edit),
    })))
    for (const error of refused.values()) if (error.code !== duplicateKey) throw new MongoServerError(error)
    contested = refused.size
  }
  const counts = {
    read: documents.length,
    changed: edits.size - contested,
    alreadySet,
    inconvertible: inconvertible.length,
    withoutClerkId: documents.length - known.length,
    deleted,
    contested,
  }
  return { last: documents.at(-1)!._id, inconvertible, counts }
}

type Edit = { [Field in ProfileField]?: unknown }

/** What a document has for a profile: values for fields that are not set. */
function decide(document: SourceDocument, row: Partial<StoredProfile>, { source, paths, date_format }: Options) {
  const edit: Edit = {}
  const refused: { field: ProfileField, reason: string }[] = []
  let alreadySet = 0
  for (const field of fieldNames) {
    const { value, reason } = convert(valueAt(document, paths[field]), field, date_format)
    // A birthday without its day of the year is in no search by it: it is set once more.
    const lacksDay = field === 'birthday' && isInPlace(source) && row.birth_month_day !== monthDayOf(row)
    if (isSet(row, field) && !lacksDay) alreadySet += Number(value !== undefined)
    else if (reason) refused.push({ field, reason })
    else if (value !== undefined) edit[field] = value
  }
  return { edit, refused, alreadySet }
}

function clerkIdOf(document: SourceDocument, paths: string[]): string | undefined {
  const values = paths.map(path => valueAt(document, path))
  return values.find((value): value is string => typeof value === 'string' && clerkId.test(value))
}

/** What a document has at a dotted path. */
function valueAt(document: SourceDocument, path: string): unknown {
  let place: unknown = document
  for (const name of path.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined
    place = place[name as keyof typeof place]
  }
  return place
}

/** Set, or cleared by its user. What does not fit its field counts as not set. */
function isSet(row: Partial<StoredProfile>, field: ProfileField): boolean {
  return row[field] === null || fieldOf(row, field) !== null
}

/** What the import would make of a value; neither a value nor a reason where there is none. */
function convert(
  value: unknown, field: ProfileField, date_format: DateFormat,
): { value?: unknown, reason?: string } {
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
function guardOf(row: StoredProfile | undefined, edit: Edit): object {
  const unchanged = (value: unknown) => value === undefined ? { $exists: false } : { $not: { $ne: value } }
  return Object.fromEntries(Object.keys(edit).map(field => [field, unchanged(row?.[field as ProfileField])]))
}
