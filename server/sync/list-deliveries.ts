import type { mongo } from 'mongoose'
import { outcomes } from '../../shared/deliveries.ts'
import type { DeliveriesQuery, DeliveryChart, DeliveryChartQuery, Outcome } from '../../shared/deliveries.ts'
import { collection } from '../database/connection.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'
import { QueryTooSlow } from '../errors.ts'

export interface DeliveryPage {
  deliveries: DeliveryDocument[]
  /** The start of the next page; null on the last page. */
  next_cursor: string | null
}

/** A filter that matches next to nothing reads every delivery: it ends by then. In milliseconds. */
const maxTimeMS = 5_000
/** The server's error code for a query that takes too long. */
const exceededTimeLimit = 50

type Filter = mongo.Filter<DeliveryDocument>

/**
 * Lists deliveries, newest first. The next page continues at the time of the last delivery, and after those of that
 * millisecond which were shown: newer deliveries move nothing.
 * @throws QueryTooSlow when too many deliveries would have to be read
 */
export async function listDeliveries({ cursor, limit, ...query }: DeliveriesQuery): Promise<DeliveryPage> {
  const deliveries = await collection<DeliveryDocument>('deliveries')
  const [before, shown = 0] = cursor?.split('-').map(Number) ?? []
  const filter = {
    $and: [matching(query), before === undefined ? {} : { last_received_at: { $lte: new Date(before) } }],
  }
  const rows = await inTime(deliveries.find(filter, {
    sort: { last_received_at: -1 },
    skip: shown,
    limit: limit + 1,
    maxTimeMS,
  }).toArray())
  const page = rows.slice(0, limit)
  return { deliveries: page, next_cursor: rows.length > limit ? cursorAfter(page, before, shown) : null }
}

function cursorAfter(page: DeliveryDocument[], before: number | undefined, shown: number): string {
  const last = page.at(-1)!.last_received_at!.getTime()
  const same = page.filter(({ last_received_at }) => last_received_at!.getTime() === last).length
  return `${last}-${last === before ? shown + same : same}`
}

/** Lists the newest deliveries of messages about a user. */
export async function listDeliveriesAbout(clerk_id: string, limit: number): Promise<DeliveryDocument[]> {
  return (await listDeliveries({ clerk_id, limit })).deliveries
}

function matching({ outcome, type, clerk_id, id, from, to }: DeliveryChartQuery): Filter {
  return {
    ...outcome && { outcome: outcome.length === 1 ? outcome[0] : { $in: outcome } },
    ...type && { type },
    ...clerk_id && { clerk_id },
    ...id && { _id: id },
    ...(from || to) && {
      last_received_at: { ...from && { $gte: new Date(from) }, ...to && { $lt: new Date(to) } },
    },
  }
}

const minute = 60
const day = 24 * 60 * minute
/** Widths of a bucket in seconds, for spans from an hour to the 90 days that deliveries are kept. */
const widths = [1, 5, 15, 30, 60, 120, 360, 720].map(minutes => minutes * minute).concat(day, 2 * day, 7 * day)
const maxBuckets = 60

/**
 * Counts deliveries by outcome over time.
 * @throws QueryTooSlow when too many deliveries would have to be read
 */
export async function chartDeliveries(query: DeliveryChartQuery): Promise<DeliveryChart> {
  const deliveries = await collection<DeliveryDocument>('deliveries')
  const to = query.to ? Date.parse(query.to) : Date.now()
  const from = query.from ? Date.parse(query.from) : to - day * 1_000
  const width = (widths.find(seconds => (to - from) / (seconds * 1_000) <= maxBuckets - 1) ?? widths.at(-1)!) * 1_000
  const first = Math.max(Math.floor(from / width), Math.floor(to / width) - maxBuckets + 1) * width
  const span = { from: new Date(Math.max(from, first)).toISOString(), to: new Date(to).toISOString() }
  const milliseconds = { $toLong: '$last_received_at' }
  const groups = await inTime(deliveries.aggregate<{ _id: { at: number, outcome: Outcome }, count: number }>([
    { $match: matching({ ...query, ...span }) },
    {
      $group: {
        _id: { at: { $subtract: [milliseconds, { $mod: [milliseconds, width] }] }, outcome: '$outcome' },
        count: { $sum: 1 },
      },
    },
  ], { maxTimeMS }).toArray())
  const none = Object.fromEntries(outcomes.map(outcome => [outcome, 0])) as Record<Outcome, number>
  const buckets = new Map<number, Record<Outcome, number>>()
  for (let at = first; at < to; at += width) buckets.set(at, { ...none })
  for (const { _id: { at, outcome }, count } of groups) {
    const bucket = buckets.get(Number(at))
    if (bucket && outcome in bucket) bucket[outcome] = count
  }
  return {
    bucket_seconds: width / 1_000,
    buckets: [...buckets].map(([at, counts]) => ({ at: new Date(at).toISOString(), ...counts })),
  }
}

async function inTime<T>(query: Promise<T>): Promise<T> {
  return query.catch((error: { code?: number }) => {
    if (error.code !== exceededTimeLimit) throw error
    throw new QueryTooSlow('Too many deliveries would have to be read. Give a shorter time, or a user or message id')
  })
}
