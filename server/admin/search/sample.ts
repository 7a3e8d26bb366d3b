import { database } from '../../database/connection.ts'
import { Profile } from '../../database/profiles.ts'

/** A few thousand profiles that stand for all: how many a search would read is told from them. */
export interface Sample {
  /** Dates as milliseconds since the epoch. */
  rows: Record<string, unknown>[]
  /** Profiles that each of the rows stands for. */
  weight: number
}

const size = 3_000
const lifetimeMs = 5 * 60_000
/** Only whether there is a text, and where it sorts. */
const longest = 32

let sample: Promise<Sample> | undefined
let takenAt = 0

/**
 * The sample, taken anew every five minutes; meanwhile the old one serves.
 * @throws MongoError when the database does not answer
 */
export function profileSample(): Promise<Sample> {
  const now = Date.now()
  if (sample && now - takenAt < lifetimeMs) return sample
  takenAt = now
  const taken = take()
  // The first one is waited for. After a failure the next who asks tries again.
  const fallback = sample
  taken.then(
    () => (sample = taken),
    () => {
      takenAt = 0
      sample = fallback
    },
  )
  return (sample ??= taken)
}

async function take(): Promise<Sample> {
  await database()
  const fields = new Set(
    Profile.schema
      .indexes()
      .flatMap(([keys, options]) => [...Object.keys(keys), ...Object.keys(options?.partialFilterExpression ?? {})]),
  )
  const [total, rows] = await Promise.all([
    Profile.collection.estimatedDocumentCount(),
    Profile.collection
      .aggregate([{ $sample: { size } }, { $project: Object.fromEntries([...fields].map(field => [field, 1])) }])
      .toArray(),
  ])
  for (const row of rows) {
    for (const [field, value] of Object.entries(row))
      row[field] = typeof value === 'string' ? value.slice(0, longest) : value instanceof Date ? value.getTime() : value
  }
  return { rows, weight: rows.length > 0 ? Math.max(1, total / rows.length) : 1 }
}
