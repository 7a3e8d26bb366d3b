import { randomNumbers } from '../local-clerk/random.ts'
import { countryCodes } from '../shared/country-codes.ts'

/** A profile as it is stored, without its _id. */
export interface SeededProfile {
  clerk_id: string
  birthday?: string | null
  birth_month_day?: string | null
  country?: string | null
  bio?: string | null
  visibility: 'private' | 'public'
  created_at: Date
  updated_at: Date
  clerk_updated_at: Date
  deleted_at?: Date
}

const day = 86_400_000

/** The countries with most people on the internet, in that order; the rest shares what is left. */
const ranked = ['IN', 'US', 'BR', 'ID', 'NG', 'RU', 'JP', 'MX', 'PK', 'PH', 'GB', 'DE', 'VN', 'TR', 'FR', 'BD', 'EG', 'IT', 'KR', 'ES', 'CA', 'PL', 'AR', 'CO', 'NL', 'AU', 'UA', 'SE', 'CH', 'BE', 'AT', 'NO', 'DK', 'FI', 'IE', 'PT', 'GR', 'CZ', 'NZ', 'IL']

const adjectives = ['quiet', 'curious', 'patient', 'restless', 'careful', 'cheerful', 'stubborn', 'gentle']
const trades = ['gardener', 'engineer', 'nurse', 'teacher', 'baker', 'sailor', 'student', 'painter', 'carpenter', 'translator']
const hobbies = ['hills', 'old maps', 'chess', 'long trains', 'synthesizers', 'rowing', 'bread', 'birds', 'tango', 'crosswords']

/**
 * Profiles as a product that grew for six years has them: a few large countries and many small ones, ages about
 * thirty, an eighth without a country, a fifth without a birthday, nearly half without a bio, a seventh in the
 * directory, one in a hundred deleted.
 * @param now  the newest are from then
 */
export function* seededProfiles(count: number, { seed = 1, now = new Date('2026-11-24T12:00:00Z') } = {}): Generator<SeededProfile> {
  const random = randomNumbers(seed)
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!
  const others = countryCodes.filter(code => !ranked.includes(code))
  // Zipf's law over the ranked ones, for nine in ten.
  const weights = ranked.map((_, rank) => 1 / (rank + 1))
  const total = weights.reduce((sum, weight) => sum + weight)
  const country = () => {
    if (random() < 0.1) return pick(others)
    let rest = random() * total
    return ranked[weights.findIndex(weight => (rest -= weight) <= 0)] ?? ranked[0]!
  }
  for (let index = 0; index < count; index++) {
    // Growth that doubles every two years: most are recent.
    const age = Math.min(6 * 365, -Math.log2(1 - random()) * 2 * 365)
    const created_at = new Date(Math.floor(now.getTime() - age * day))
    const updated_at = random() < 0.4 ? created_at : new Date(Math.floor(now.getTime() - random() * age * day))
    const profile: SeededProfile = {
      clerk_id: `user_bench${String(index).padStart(7, '0')}`, visibility: 'private', created_at, updated_at, clerk_updated_at: updated_at,
    }
    if (random() < 0.01) {
      yield { ...profile, deleted_at: updated_at }
      continue
    }
    if (random() < 0.88) profile.country = country()
    if (random() < 0.8) {
      // The sum of three: a hill about 33, from 13 to 98.
      const years = 13 + (random() + random() + random() ** 3) * 28.4
      profile.birthday = new Date(now.getTime() - years * 365.25 * day).toISOString().slice(0, 10)
      profile.birth_month_day = profile.birthday.slice(5)
    }
    if (random() < 0.55) profile.bio = `A ${pick(adjectives)} ${pick(trades)} who likes ${pick(hobbies)} and ${pick(hobbies)}.`
    if (random() < 0.14) profile.visibility = 'public'
    // Cleared by its owner, not absent.
    if (random() < 0.02) profile.country = null
    yield profile
  }
}
