import { setTimeout } from 'node:timers/promises'
import type { mongo } from 'mongoose'
import { IndexMissing } from '../errors.ts'
import { Audit } from './audit.ts'
import { Delivery } from './deliveries.ts'
import { Profile } from './profiles.ts'
import { SavedViewRow } from './saved-views.ts'

const models = [Profile, Delivery, Audit, SavedViewRow]

/** What an index consists of, besides its name. */
export interface IndexDefinition {
  key: Record<string, number | string>
  unique?: true
  sparse?: true
  /** Seconds after which MongoDB removes a document. */
  expireAfterSeconds?: number
  partialFilterExpression?: object
  collation?: object
}

/** An index that the database has otherwise than the app declares it. */
export interface IndexDifference {
  collection: string
  /** The index's name, such as `clerk_id_1`. */
  index: string
  kind: 'missing' | 'different' | 'undeclared'
  declared?: IndexDefinition
  /** What the database has in its place. */
  stored?: IndexDefinition & { name: string }
}

/** A declared index that could not be built. */
export interface IndexFailure {
  collection: string
  index: string
  /** MongoDB's error message, without the values of documents. */
  reason: string
}

/** What a start has found. A build in the background changes it when it ends. */
export interface IndexState {
  /** What differs and stays as it is until `npm run indexes -- --apply`. */
  differences: IndexDifference[]
  /** Indexes that could not be built. The app can run without them. */
  failures: IndexFailure[]
}

/** Larger collections get their missing indexes while the app already runs, in documents. */
const largeCollection = 10_000
/** The wait before a build that was interrupted is joined or repeated, in milliseconds. */
const retryMS = 2_000
/** Codes of errors for which an index is not at fault: its build was aborted, or the server is stepping down. */
const interruptions = new Set([91, 189, 276, 10_107, 11_600, 11_602])
const indexNotFound = 27

function definitionOf(key: object, options: mongo.IndexDescriptionInfo | mongo.CreateIndexesOptions): IndexDefinition {
  const { unique, sparse, expireAfterSeconds, partialFilterExpression, collation } = options
  return {
    key: key as IndexDefinition['key'],
    ...(unique && { unique }),
    ...(sparse && { sparse }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
    ...(partialFilterExpression && { partialFilterExpression }),
    ...(collation && { collation }),
  }
}

/** Everything by which two indexes differ. The order of the keys counts. */
const toText = ({ key, ...options }: IndexDefinition) => JSON.stringify([Object.entries(key), options])

/** MongoDB allows one index of a kind, whatever its name. */
const kindOf = ({ expireAfterSeconds: _, ...kind }: IndexDefinition) => toText(kind)

/** The declared indexes of each collection, by name. */
export function declaredIndexes(): Map<string, Map<string, IndexDefinition>> {
  return new Map(models.map(({ schema, collection }) => [
    collection.collectionName,
    new Map(schema.indexes().map(([key, options]) => [
      (options?.name as string | undefined) ?? Object.entries(key).flat().join('_'),
      definitionOf(key, (options ?? {}) as mongo.CreateIndexesOptions),
    ])),
  ]))
}

/**
 * Compares the declared indexes with those of the database, except the index of _id, which is in every collection. An
 * index that is as declared may have another name.
 */
export async function compareIndexes(db: mongo.Db): Promise<IndexDifference[]> {
  const differences = await Promise.all([...declaredIndexes()].map(async ([collection, declared]) => {
    const infos = await db.collection(collection).indexes().catch(noCollection)
    const stored = new Map(infos.filter(({ name }) => name !== '_id_').map(({ name, key, ...options }) => {
      return [name as string, definitionOf(key, options)]
    }))
    const found: IndexDifference[] = []
    for (const [index, ours] of declared) {
      const name = stored.has(index)
        ? index
        : [...stored.keys()].find(each => !declared.has(each) && kindOf(stored.get(each)!) === kindOf(ours))
      if (name === undefined) {
        found.push({ collection, index, kind: 'missing', declared: ours })
        continue
      }
      const theirs = stored.get(name)!
      stored.delete(name)
      if (toText(theirs) !== toText(ours))
        found.push({ collection, index, kind: 'different', declared: ours, stored: { name, ...theirs } })
    }
    for (const [index, theirs] of stored)
      found.push({ collection, index, kind: 'undeclared', stored: { name: index, ...theirs } })
    return found
  }))
  return differences.flat()
}

function noCollection(error: mongo.MongoServerError): [] {
  if (error.codeName === 'NamespaceNotFound') return []
  throw error
}

/** Whether a build did not end because of the connection or the server. The index itself may be fine. */
function isInterruption(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code !== 'number' || interruptions.has(code)
}

/** Builds indexes of one collection in one pass over its documents; if that fails, each by itself. */
async function buildTogether(db: mongo.Db, wanted: IndexDifference[]): Promise<IndexFailure[]> {
  const { collection, index } = wanted[0]!
  try {
    const indexes = wanted.map(each => ({ ...each.declared!, name: each.index }))
    await db.collection(collection).createIndexes(indexes as mongo.IndexDescription[])
    return []
  }
  catch (error) {
    const { message } = error as Error
    if (isInterruption(error)) throw error
    // Some callers are public, so the duplicate value is cut off.
    if (wanted.length === 1) return [{ collection, index, reason: message.replace(/ dup key: .*/s, '') }]
    const failures: IndexFailure[] = []
    for (const each of wanted) failures.push(...await buildTogether(db, [each]))
    return failures
  }
}

/**
 * Builds indexes, and returns those that failed. Two processes may build the same at once: the second joins the first.
 * @throws MongoError when the database is unavailable, or the build was interrupted
 */
async function build(db: mongo.Db, wanted: IndexDifference[]): Promise<IndexFailure[]> {
  const byCollection = [...Map.groupBy(wanted, ({ collection }) => collection).values()]
  return (await Promise.all(byCollection.map(each => buildTogether(db, each)))).flat()
}

/** Builds indexes like `build`. An interrupted build is repeated until the signal aborts. */
async function buildPatiently(db: mongo.Db, wanted: IndexDifference[], signal?: AbortSignal): Promise<IndexFailure[]> {
  while (true) {
    try {
      return await build(db, wanted)
    }
    catch (error) {
      if (signal?.aborted || !isInterruption(error)) throw error
      await setTimeout(retryMS, undefined, { signal })
    }
  }
}

/**
 * Builds the declared indexes that are missing, when the app starts. It waits for those that writes rely on and for
 * those of small collections; the others are built in the background. It drops and replaces none.
 * @param signal  ends the work in the background
 * @throws IndexMissing that names an index which writes rely on, and why the database does not have it
 * @throws MongoError when the database is unavailable
 */
export async function openIndexes(db: mongo.Db, signal: AbortSignal): Promise<IndexState> {
  const differences = await compareIndexes(db)
  const wrong = differences.find(({ kind, declared }) => kind === 'different' && declared!.unique)
  if (wrong) {
    throw new IndexMissing(
      `The database is reachable, but its ${describeDifference(wrong)}. See the plan of \`npm run indexes\``,
    )
  }
  const missing = differences.filter(({ kind }) => kind === 'missing')
  const [needed, others] = partition(missing, ({ declared }) => declared!.unique === true)
  const [failed] = await build(db, needed)
  if (failed) throw new IndexMissing(`The database is reachable, but its ${describeFailure(failed)}`)

  const large = new Set<string>()
  for (const collection of new Set(others.map(each => each.collection))) {
    if (await db.collection(collection).estimatedDocumentCount() > largeCollection) large.add(collection)
  }
  const [later, now] = partition(others, ({ collection }) => large.has(collection))
  const state = { differences: differences.filter(({ kind }) => kind !== 'missing'), failures: await build(db, now) }
  // It rejects when the app stops.
  if (later.length > 0) void buildPatiently(db, later, signal).then(more => state.failures.push(...more), () => {})
  return state
}

/** Looks again at what was wrong: `npm run indexes` may have repaired it. */
export async function refreshIndexes(db: mongo.Db, state: IndexState): Promise<void> {
  const differences = await compareIndexes(db)
  state.differences = differences.filter(({ kind }) => kind !== 'missing')
  state.failures = state.failures.filter(({ collection, index }) => {
    return differences.some(each => each.collection === collection && each.index === index)
  })
}

/**
 * Makes the indexes of the database what the app declares: drops those that are different or not declared, and builds
 * what is missing. It is safe while the app runs and while another process does the same.
 * @returns the indexes that could not be built
 * @throws MongoError when the database is unavailable
 */
export async function applyIndexes(db: mongo.Db): Promise<IndexFailure[]> {
  const differences = await compareIndexes(db)
  for (const { collection, stored } of differences) {
    if (stored) await db.collection(collection).dropIndex(stored.name).catch(alreadyDropped)
  }
  return buildPatiently(db, differences.filter(({ kind }) => kind !== 'undeclared'))
}

/** Another process was faster. */
function alreadyDropped(error: mongo.MongoServerError): void {
  if (error.code !== indexNotFound) throw error
}

function partition<T>(all: T[], isFirst: (each: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter(each => !isFirst(each))]
}

/** Describes a failure in one line. */
export function describeFailure({ collection, index, reason }: IndexFailure): string {
  return `index ${index} of ${collection} could not be built: ${reason}`
}

/** Describes in one line that the database has another definition of a declared index. */
export function describeDifference({ collection, index }: IndexDifference): string {
  return `index ${index} of ${collection} is not as declared`
}
