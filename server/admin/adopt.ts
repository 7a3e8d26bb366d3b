import type { mongo } from 'mongoose'
import type { DateFormat } from '../../shared/date-formats.ts'
import { fieldNames } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../shared/profile.ts'
import { fieldOf, monthDayOf, Profile } from '../database/profiles.ts'
import { duplicateKey } from '../database/durable.ts'
import { WriteFailed } from '../database/write-batch.ts'
import { checkCell, clerkId } from './import/check-cell.ts'
import { findProfiles, writeEdits } from './write-edits.ts'
import type { StoredProfile } from './write-edits.ts'

type Source = mongo.Collection
/** A document of another application. Its `_id` may have any type. */
type SourceDocument = mongo.Document

/** The dotted path of each field in the source documents. The first path that contains a Clerk id is used. */
export type Paths = Record<ProfileField, string> & { clerk_id: string[] }

export interface Adoption {
  source: Source
  paths: Paths
  /** False for a dry run, which only counts. */
  write: boolean
  /** The format of dates that are stored as text. */
  date_format: DateFormat
  /** Continue after the document with this `_id`. */
  after?: unknown
}

/** A value that cannot be converted to its field, and is skipped. */
export interface Inconvertible {
  _id: unknown
  clerk_id: string
  field: ProfileField
  /** Never contains the value. */
  reason: string
}

/** The result of a batch of documents. */
export interface AdoptedBatch {
  /** The `_id` of the last document. */
  last: unknown
  inconvertible: Inconvertible[]
  counts: AdoptionCounts
}

export interface AdoptionCounts {
  /** Documents read. */
  read: number
  /** Profiles that changed, or would change. */
  changed: number
  /** Values skipped because their field has a value, or was cleared by its user. */
  alreadySet: number
  /** Values skipped because they cannot be converted. */
  inconvertible: number
  /** Documents without a Clerk id. */
  withoutClerkId: number
  /** Documents of users who were deleted, and stay deleted. */
  deleted: number
  /** Profiles skipped because they changed during the run. Another run picks them up. */
  contested: number
}

const batchSize = 1_000

/** Whether the documents are the app's own profiles, which are converted in place. */
export function isInPlace({ dbName, collectionName }: Source): boolean {
  return dbName === Profile.db.name && collectionName === Profile.collection.collectionName
}

/**
 * Copies values from the documents of another application into the profiles, in batches ordered by `_id`. It never
 * replaces a value that is set, so running it again continues where it stopped.
 * @throws MongoError when a batch did not become durable
 */
export async function* adopt({ after, ...options }: Adoption): AsyncGenerator<AdoptedBatch> {
  // An index bound, because $gt would skip ids of other types.
  const start = after === undefined ? {} : { min: { _id: after }, hint: { _id: 1 } }
  const filter: object = after === undefined ? {} : { _id: { $ne: after } }
  await using documents = options.source.find(filter, {
    ...start,
    sort: { _id: 1 },
    batchSize,
    projection: projectionOf(options.paths),
  })
  while (await documents.hasNext()) {
    yield await adoptBatch(documents.readBufferedDocuments(), options)
  }
}

/** Projects whole top-level fields, because a path may index into a list, which a projection cannot. */
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
    // Includes the values from earlier documents of the same user.
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
      clerk_id,
      edit: edit as ProfileEdit,
      upsert: true,
      guard: guardOf(stored.get(clerk_id), edit),
    })))
    for (const error of refused.values()) {
      if (error.code !== duplicateKey) throw new WriteFailed(error)
    }
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

/** Converts the values of a document, for fields of the profile that are not set. */
function decide(document: SourceDocument, row: Partial<StoredProfile>, { source, paths, date_format }: Options) {
  const edit: Edit = {}
  const refused: { field: ProfileField, reason: string }[] = []
  let alreadySet = 0
  for (const field of fieldNames) {
    const { value, reason } = convert(valueAt(document, paths[field]), field, date_format)
    // Searches by day need birth_month_day, so a birthday without it is set again.
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

/** Reads the value at a dotted path. */
function valueAt(document: SourceDocument, path: string): unknown {
  let place: unknown = document
  for (const name of path.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined
    place = place[name as keyof typeof place]
  }
  return place
}

/** Whether the field has a value or was cleared by its user. An invalid value counts as not set. */
function isSet(row: Partial<StoredProfile>, field: ProfileField): boolean {
  return row[field] === null || fieldOf(row, field) !== null
}

/**
 * Converts a value like the import does.
 * @returns the converted value, or the reason why it cannot be converted; neither for an empty value
 */
function convert(
  value: unknown,
  field: ProfileField,
  date_format: DateFormat,
): { value?: unknown, reason?: string } {
  if (value === undefined || value === null) return {}
  const cell = cellOf(value)
  if (cell === undefined) return { reason: 'Only texts, numbers and dates can be converted' }
  const { value: converted, issue } = checkCell(field, cell, { format: 'ndjson', date_format })
  return { value: converted, reason: issue?.message }
}

/** The text of a value as a cell of a file; undefined for types that a cell cannot contain. */
function cellOf(value: unknown): string | undefined {
  // A Date is read as a day in UTC. Some MongoDB dates are invalid in JavaScript.
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  const type = (value as { _bsontype?: string })._bsontype ?? typeof value
  return ['string', 'number', 'bigint', 'Long', 'Decimal128'].includes(type) ? String(value) : undefined
}

/**
 * A filter that matches only while the fields keep the values that were read. It uses double negation, because an
 * upsert would copy the values of plain conditions.
 */
function guardOf(row: StoredProfile | undefined, edit: Edit): object {
  const unchanged = (value: unknown) => value === undefined ? { $exists: false } : { $not: { $ne: value } }
  return Object.fromEntries(Object.keys(edit).map(field => [field, unchanged(row?.[field as ProfileField])]))
}
