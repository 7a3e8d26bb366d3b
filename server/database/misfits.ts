import * as z from 'zod/mini'
import { countryCodes } from '../../shared/country-codes.ts'
import type { Insights } from '../../shared/answers.ts'
import { choicesOf, fieldNames, metaOf, settingNames } from '../../shared/profile.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { notDeleted } from './profile-filters.ts'
import { Profile } from './profiles.ts'

const countTimeoutMS = 60_000

// The checks of the readers in profiles.ts, in MongoDB's query language. A $jsonSchema takes several times as long.

function fitOf(field: ProfileField): object {
  const { input, maxLength = '' } = metaOf(field)
  switch (input) {
    case 'date':
      return z.regexes.date
    case 'country':
      return { $in: countryCodes }
    case 'choice':
      return { $in: choicesOf(field) }
    // MongoDB counts code points, so a text of many emoji at its limit is counted although it fits.
    case 'text':
      return new RegExp(`^(?=\\s*\\S)[\\s\\S]{1,${maxLength}}$`)
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
  last_seen_at: { $type: 'date' },
}

// A list matches if any of its members does, so lists need a check of their own.
const misfits = Object.entries(fits).map(([field, fit]) => ({
  field,
  match: { $or: [{ [field]: { $ne: null, $not: fit } }, { [field]: { $type: 'array' } }] },
}))

/**
 * Counts the profiles with a value that does not fit its field and is read as not set. It reads every profile. The
 * caller has awaited database().
 * @returns the fields with such values
 * @throws MongoError when the database does not respond within a minute
 */
export async function countMisfits(): Promise<Insights['misfits']> {
  const [counted] = await Profile.collection
    .aggregate<Record<string, { count: number }[]>>(
      [
        { $match: { ...notDeleted, $or: misfits.map(({ match }) => match) } },
        {
          $facet: Object.fromEntries(
            misfits.map(({ field, match }) => [field, [{ $match: match }, { $count: 'count' }]]),
          ),
        },
      ],
      { hint: { $natural: 1 }, readPreference: 'secondaryPreferred', maxTimeMS: countTimeoutMS },
    )
    .toArray()
  return Object.entries(counted!).flatMap(([field, [found]]) => (found ? [{ field, count: found.count }] : []))
}
