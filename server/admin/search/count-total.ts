import mongoose from 'mongoose'
import { todayInUTC } from '../../../shared/calendar.ts'
import { totalCap } from '../../../shared/search.ts'
import type { ProfileTotal } from '../../../shared/answers.ts'
import { connectedDatabase } from '../../database/connection.ts'
import { rememberAnswers } from '../../remember.ts'
import { allOf, countConditionsOf } from './criteria.ts'
import type { PreparedFilter } from './prepare-filter.ts'
import { withoutProfile } from './without-profile.ts'

/** How long MongoDB counts, in milliseconds. */
const countTimeoutMS = 1_000
const maxTimeExpired = 50

/** All pages of a search share one count. */
const countOnce = rememberAnswers<number | null>({ max: 1_000, ttl: 30_000 })

/**
 * Counts what a search finds. The result may be up to 30 seconds old.
 * @throws MongoError when the database is unavailable
 */
export async function countTotal(search: PreparedFilter, today = todayInUTC()): Promise<ProfileTotal> {
  const query = allOf(countConditionsOf(search, today))
  const [stored, others] = await Promise.all([
    countOnce(JSON.stringify(query), () => countUpTo(totalCap + 1, query)),
    withoutProfile(search),
  ])
  if (stored === null) return { count: null, capped: true }
  return { count: Math.min(stored, totalCap) + others.length, capped: stored > totalCap }
}

/** @returns null when counting takes too long */
async function countUpTo(limit: number, query: object): Promise<number | null> {
  try {
    const db = await connectedDatabase()
    // The count command, because the driver's countDocuments is an aggregation, which takes twice as long.
    const { n } = await db.command({ count: 'profiles', query, limit, maxTimeMS: countTimeoutMS })
    return n
  }
  catch (error) {
    if (error instanceof mongoose.mongo.MongoServerError && error.code === maxTimeExpired) return null
    throw error
  }
}
