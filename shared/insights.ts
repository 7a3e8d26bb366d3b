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
