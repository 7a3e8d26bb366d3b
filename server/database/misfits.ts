import * as z from 'zod/mini'
import { countryCodes } from '../../shared/country-codes.ts'
import type { Misfit } from '../../shared/insights.ts'
import { choicesOf, fieldNames, metaOf, settingNames } from '../../shared/profile.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { Profile } from './profiles.ts'

const countTimeoutMS = 60_000

// As the readers in profiles.ts take values, in MongoDB's query language: a $jsonSchema takes several times as long.

function fitOf(field: ProfileField): object {
  const { input, maxLength = '' } = metaOf(field)
  switch (input) {
    case 'date': return z.regexes.date
    case 'country': return { $in: countryCodes }
    case 'choice': return { $in: choicesOf(field) }
    // MongoDB counts code points: a text that is at its limit by many emoji is counted though it fits.
    case 'text': return new RegExp(`^(?=\\s*\\S)[\\s\\S]{1,${maxLength}}$`)
  }
}

const fits: Record<string, object> = {
  ...Object.fromEntries(fieldNames.map(field => [field, fitOf(field)])),
  ...Object.fromEntries(settingNames.map(setting => [setting, { $in: ['private', 'public'] }])),
  birth_month_day: { $type: 'string' },
  created_at: { $type: 'date' },
  updated_at: { $type: 'date' },
  clerk_updated_at: { $type: 'date' },
  deleted_at: { $type: 'date' },
}

// A list would be told by any of its members.
const misfits = Object.entries(fits).map(([field, fit]) => ({
  field, match: { $or: [{ [field]: { $ne: null, $not: fit } }, { [field]: { $type: 'array' } }] },
}))

/**
 * Counts the profiles that hold a value which does not fit its field, and which is read as not set. It reads every
 * profile. The caller has awaited database().
 * @returns the fields that have such values
 * @throws MongoError when the database does not answer within a minute
 */
export async function countMisfits(): Promise<Misfit[]> {
  const [counted] = await Profile.collection.aggregate<Record<string, { count: number }[]>>([
    { $match: { deleted_at: { $not: { $type: 'date' } }, $or: misfits.map(({ match }) => match) } },
    { $facet: Object.fromEntries(misfits.map(({ field, match }) => [field, [{ $match: match }, { $count: 'count' }]])) },
  ], { hint: { $natural: 1 }, readPreference: 'secondaryPreferred', maxTimeMS: countTimeoutMS }).toArray()
  return Object.entries(counted!).flatMap(([field, [found]]) => found ? [{ field, count: found.count }] : [])
}
