import type mongoose from 'mongoose'
import { fieldNames } from '../../../shared/profile.ts'
import { totalCap } from '../../../shared/search.ts'
import type { AdminProfile, ProfileFilter, Sort } from '../../../shared/search.ts'
import { todayInUTC } from '../../../shared/calendar.ts'
import { database } from '../../database/connection.ts'
import { rememberAnswers } from '../../remember.ts'
import { fieldOf, Profile, settingOf, timeOf } from '../../database/profiles.ts'
import type { ProfileDocument } from '../../database/profiles.ts'
import { choosePath } from './access-path.ts'
import { allOf, conditionsOf } from './criteria.ts'
import type { Condition } from './criteria.ts'
import type { Cursor } from './cursor.ts'
import { backwards, beyond, orderOf } from './order.ts'
import type { Position, Stretch } from './order.ts'
import { profileSample } from './sample.ts'
import type { Sample } from './sample.ts'

export interface Search {
  filter: ProfileFilter
  sort: Sort
  /** Of a filter by `q`: the ids of the users that Clerk found. */
  found?: string[]
  today?: string
}

export interface SearchPage {
  profiles: AdminProfile[]
  total: { count: number, capped: boolean }
  previous: Cursor | null
  next: Cursor | null
}

type Row = ProfileDocument & { _id: mongoose.mongo.BSON.ObjectId }

const shown = ['clerk_id', ...fieldNames, 'visibility', 'birthday_visibility', 'created_at', 'updated_at'] as const
const projection = Object.fromEntries([...shown, 'birth_month_day'].map(name => [name, 1]))
/** Of a stream: no cursor, and so neither _id nor what only orders go by. */
const streamed = { ...Object.fromEntries(shown.map(name => [name, 1])), _id: 0 }

function toAdminProfile(row: Row): AdminProfile {
  const fields = Object.fromEntries(fieldNames.map(field => [field, fieldOf(row, field)])) as Record<typeof fieldNames[number], string | null>
  return {
    clerk_id: row.clerk_id,
    ...fields,
    visibility: settingOf(row, 'visibility'),
    birthday_visibility: settingOf(row, 'birthday_visibility'),
    created_at: timeOf(row, 'created_at')?.toISOString() ?? null,
    updated_at: timeOf(row, 'updated_at')?.toISOString() ?? null,
  }
}

const hintFor = (sample: Sample, conditions: Condition[], { where, keys }: Stretch, wanted: number) =>
  choosePath(sample, [...conditions, ...where], keys, wanted).hint

/** A cursor over what fits of a stretch. No limit is undefined: of 0 the driver makes batches of 16 MB. */
function open(stretch: Stretch, conditions: Condition[], hint: string, limit?: number) {
  return Profile.collection.find<Row>(allOf([...conditions, ...stretch.where]), {
    projection, sort: Object.fromEntries(stretch.keys), limit, hint,
  })
}

/**
 * A page of the profiles that fit, by keyset: the thousandth is as quick as the first.
 * @throws MongoError when the database does not answer
 */
export async function searchProfiles({ filter, sort, found, today = todayInUTC() }: Search, { cursor, limit }: { cursor?: Cursor, limit: number }): Promise<SearchPage> {
  await database()
  const day = cursor?.today ?? today
  const conditions = conditionsOf(filter, day, found)
  const sample = await profileSample()
  const forth = cursor?.way !== 'previous'
  const order = forth ? orderOf(sort, day) : backwards(orderOf(sort, day))

  async function read() {
    const rows: { row: Row, stretch: number }[] = []
    for (const { parts, number } of stretchesFrom(order, forth, cursor?.position)) {
      // One more than the page holds tells whether there is another.
      const wanted = limit + 1 - rows.length
      if (wanted === 0) break
      const hint = hintFor(sample, conditions, order[number]!, wanted)
      const found = await Promise.all(parts.map(part => open(part, conditions, hint, wanted).toArray()))
      rows.push(...found.flat().slice(0, wanted).map(row => ({ row, stretch: number })))
    }
    return rows
  }
  const [rows, total] = await Promise.all([read(), countTotal(sample, conditions)])
  const more = rows.length > limit
  const page = forth ? rows.slice(0, limit) : rows.slice(0, limit).reverse()
  const cursorAt = (way: Cursor['way'], at: typeof rows[number] | undefined): Cursor | null => at
    ? { sort, way, today: day, position: { stretch: at.stretch, values: order[at.stretch]!.keys.map(([field]) => at.row[field as keyof Row]) } }
    : null
  return {
    profiles: page.map(({ row }) => toAdminProfile(row)),
    total,
    previous: (forth ? cursor : more) ? cursorAt('previous', page[0]) : null,
    next: (forth ? more : cursor) ? cursorAt('next', page.at(-1)) : null,
  }
}

/** The stretches from a position on, in the order in which they are read; of the first what is left of it, in parts. */
function stretchesFrom(order: Stretch[], forth: boolean, position?: Position): { parts: Stretch[], number: number }[] {
  const numbered = order.map((stretch, number) => ({ parts: [stretch], number }))
  if (!forth) numbered.reverse()
  if (!position) return numbered
  const [first, ...rest] = numbered.slice(numbered.findIndex(({ number }) => number === position.stretch))
  return [{ ...first!, parts: beyond(first!.parts[0]!, position.values) }, ...rest]
}

/** Of a stream: larger ones take more memory, and no less time. */
const batchSize = 500

/** Every profile that fits, in order and in batches, from a cursor that reads on as it is asked, and one batch ahead. */
export async function* streamProfiles({ filter, sort, found, today = todayInUTC() }: Search): AsyncGenerator<AdminProfile[]> {
  await database()
  const conditions = conditionsOf(filter, today, found)
  const sample = await profileSample()
  for (const stretch of orderOf(sort, today)) {
    await using rows = open(stretch, conditions, hintFor(sample, conditions, stretch, Infinity)).batchSize(batchSize).project<Row>(streamed)
    let hasMore = rows.hasNext()
    try {
      while (await hasMore) {
        const batch = rows.readBufferedDocuments()
        // On its way while this one is taken.
        hasMore = rows.hasNext()
        // Where nobody takes any more, nobody is told either.
        hasMore.catch(() => {})
        yield batch.map(toAdminProfile)
      }
    }
    finally {
      // The driver leaves a cursor open in the database that is closed while its next batch is on the way.
      await hasMore.catch(() => {})
    }
  }
}

/** Paging does not count again. */
const countOnce = rememberAnswers<number>({ max: 1_000, ttl: 30_000 })

async function countTotal(sample: Sample, conditions: Condition[]): Promise<SearchPage['total']> {
  const count = await countOnce(JSON.stringify(conditions), () => countUpTo(totalCap + 1, sample, conditions))
  return { count: Math.min(count, totalCap), capped: count > totalCap }
}

async function countUpTo(limit: number, sample: Sample, conditions: Condition[]): Promise<number> {
  const { hint } = choosePath(sample, conditions, [], limit)
  // The command, since the driver's countDocuments is an aggregation, and half as quick.
  const { n } = await Profile.db.db!.command({ count: Profile.collection.collectionName, query: allOf(conditions), limit, hint })
  return n
}
