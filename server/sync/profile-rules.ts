import { dateOfTime } from '../../shared/calendar.ts'
import { findCountry } from '../../shared/countries.ts'
import { fieldNames, metaOf, profileFields, settingNames } from '../../shared/profile.ts'
import type { ProfileField } from '../../shared/profile.ts'
import type { ProfileRules } from './apply.ts'
import { createSeedReader } from './seeds.ts'

/** What the sync knows about the fields in shared/profile.ts. */
export const profileRules: ProfileRules = {
  initial: { visibility: 'private' },
  personal: [...fieldNames, ...settingNames, 'birth_month_day', 'last_seen_at', 'token_due'],
  derive: (field, seed) => field === 'birthday' ? { birth_month_day: (seed as string).slice(5) } : {},
  markOf: field => metaOf(field as ProfileField).inToken ? 'token_due' : undefined,
}

/** Reads the seeds in a user's unsafe_metadata. */
export const readSeeds = createSeedReader(profileFields.shape, convert)

/** Converts a seed to the stored form: a country name to its code, an ISO 8601 time to its date in UTC. */
function convert(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  switch (metaOf(field as ProfileField).input) {
    case 'country': return findCountry(text) ?? text
    case 'date': return dateOfTime(text)
    case 'choice': return text
    default: return value
  }
}
