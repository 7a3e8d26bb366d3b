import type { ProfileField } from './profile.ts'
import type { ProfileFacets } from './search.ts'

/** Whole years, both ends included; null is open. */
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

/** Calendar months that growth looks back on, this one among them. */
export const growthMonths = 24

/** Profiles with a value that does not fit the field, and that is read as not set. */
export interface Misfit {
  field: string
  count: number
}

/** The answer of GET /api/admin/insights: counts of the profiles of users who were not deleted. Dates are UTC's. */
export interface Insights extends ProfileFacets {
  total: number
  /** ISO 8601. */
  counted_at: string
  /** As `ageBands`, then those without a birthday, open at both ends. */
  ages: (AgeBand & { count: number })[]
  /**
   * Today and the six days after it. In a common year those born on 29 February have their birthday on the 28th,
   * as an entry of their own after that of those born on the 28th.
   */
  birthdays: {
    /** The day it is celebrated, 'YYYY-MM-DD'. */
    date: string
    /** The day they were born on, 'MM-DD'. */
    birth_month_day: string
    count: number
  }[]
  /** Profiles that have a value, for each field that admins may search by. */
  completeness: { field: ProfileField, count: number }[]
  /** Profiles made in each calendar month, 'YYYY-MM', up to this one: 24 months, or since the first. */
  growth: { month: string, count: number }[]
  /** None of a field whose values all fit. */
  misfits: Misfit[]
}
