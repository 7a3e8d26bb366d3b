import type { ProfileField } from './profile.ts'
import type { ProfileFacets } from './search.ts'

/** Whole years, both ends included. Null means no limit. */
export interface AgeBand {
  age_min: number | null
  age_max: number | null
}

export const ageBands: AgeBand[] = [
  { age_min: null, age_max: 17 },
  { age_min: 18, age_max: 24 },
  { age_min: 25, age_max: 34 },
  { age_min: 35, age_max: 44 },
  { age_min: 45, age_max: 54 },
  { age_min: 55, age_max: 64 },
  { age_min: 65, age_max: null },
]

/** The number of calendar months in the growth chart, including the current one. */
export const growthMonths = 24

/** The number of profiles with an invalid value in a field. The app reads such a value as not set. */
export interface Misfit {
  field: string
  count: number
}

/** The response of GET /api/admin/insights: counts of the profiles of users who are not deleted. Dates are in UTC. */
export interface Insights extends ProfileFacets {
  total: number
  /** ISO 8601. */
  counted_at: string
  /** One entry for each of `ageBands`, then one without limits for the profiles without a birthday. */
  ages: (AgeBand & { count: number })[]
  /**
   * Today and the next six days. In a common year 28 February has two entries: people born on the 28th, then people
   * born on the 29th.
   */
  birthdays: {
    /** The day of the celebration, 'YYYY-MM-DD'. */
    date: string
    /** The day of birth, 'MM-DD'. */
    birth_month_day: string
    count: number
  }[]
  /** The number of profiles with a value, for each field that admins can search by. */
  completeness: { field: ProfileField, count: number }[]
  /** Profiles created in each calendar month ('YYYY-MM'): the last 24 months, or since the first profile. */
  growth: { month: string, count: number }[]
  /** Only fields with invalid values. */
  misfits: Misfit[]
}
