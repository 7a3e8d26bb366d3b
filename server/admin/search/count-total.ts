import { totalCap } from '../../../shared/search.ts'
import { Profile } from '../../database/profiles.ts'
import { rememberAnswers } from '../../remember.ts'
import { choosePath } from './access-path.ts'
import { allOf } from './criteria.ts'
import type { Condition } from './criteria.ts'
import type { Sample } from './sample.ts'

/** A number of profiles, exact up to the cap. */
export interface Total {
  count: number
  capped: boolean
}

/** All pages of a search share one count. */
const countOnce = rememberAnswers<number>({ max: 1_000, ttl: 30_000 })

/** Counts the profiles that match the conditions. The result may be up to 30 seconds old. */
export async function countTotal(sample: Sample, conditions: Condition[]): Promise<Total> {
  const count = await countOnce(JSON.stringify(conditions), () => countUpTo(totalCap + 1, sample, conditions))
  return { count: Math.min(count, totalCap), capped: count > totalCap }
}

async function countUpTo(limit: number, sample: Sample, conditions: Condition[]): Promise<number> {
  const { hint } = choosePath(sample, conditions, [], limit)
  const { collectionName } = Profile.collection
  // The count command, because the driver's countDocuments is an aggregation, which takes twice as long.
  const { n } = await Profile.db.db!.command({ count: collectionName, query: allOf(conditions), limit, hint })
  return n
}
