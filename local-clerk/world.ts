import { namedCountries, namesOf } from './names.ts'
import { randomNumbers } from './random.ts'
import type { UserInput } from './users.ts'

/** One of the example users that `npm run seed` creates. */
export interface Inhabitant {
  /** The app creates the profile from `unsafe_metadata`. */
  user: UserInput & { id: string }
  /** Whether the profile is public in the app's directory. */
  isPublic: boolean
  /** Whether a public profile shows the day and month of the birthday. */
  showsBirthday: boolean
  /** Whether the user has deleted their account. */
  isDeleted: boolean
}

const day = 86_400_000
const years = 365 * day

/** Countries by their number of internet users, roughly, the largest first. */
const ranked = [
  'IN', 'US', 'BR', 'ID', 'NG', 'JP', 'MX', 'DE', 'GB', 'FR', 'TR', 'PH', 'VN', 'IT', 'KR',
  'EG', 'PK', 'ES', 'CA', 'PL', 'AR', 'CO', 'NL', 'AU', 'UA', 'KE', 'TH', 'CN', 'SE', 'ZA',
  'CH', 'PT', 'GR', 'CZ', 'IE', 'NZ', 'IR', 'IL', 'GH', 'ET', 'NO', 'DK', 'FI',
]

const trades = [
  'gardener', 'software engineer', 'nurse', 'teacher', 'baker', 'sailor', 'student of law', 'painter', 'carpenter',
  'translator', 'cellist', 'data analyst', 'midwife', 'bike mechanic', 'architect', 'radio host', 'marine biologist',
]
const hobbies = [
  'long train rides', 'old maps', 'chess', 'wild swimming', 'synthesizers', 'rowing', 'sourdough', 'birdwatching',
  'tango', 'crosswords', 'bouldering', 'film photography', 'street food', 'astronomy', 'mending clothes', 'ceramics',
]
const closings = [
  'Ask me about my cat.',
  'Always up for a coffee.',
  'New in town.',
  'Usually outdoors.',
  'Reads on the tram.',
  'Writes letters by hand.',
]

/** The start of an email address: 'zoe.lefevre.' for a name in Latin letters, 'person.' for any other. */
function addressOf(...names: string[]): string {
  const plain = names.map(name => name.normalize('NFD').replaceAll(/[^a-z]/gi, '').toLowerCase())
  return plain.every(name => name.length > 1) ? `${plain.join('.')}.` : 'person.'
}

const capitalize = (text: string) => text[0]!.toUpperCase() + text.slice(1)

/**
 * Generates users that resemble those of a real app: a few large countries and many small ones, ages around thirty,
 * incomplete profiles, one profile in seven public, and a few deleted accounts. The user at each position is always the
 * same, whatever the count.
 * @param now  the latest sign-up, in milliseconds since the epoch; the earliest is three years before
 */
export function* inhabitants(count: number, now: number): Generator<Inhabitant> {
  const random = randomNumbers(7)
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!
  const weights = ranked.map((_, rank) => 1 / (rank + 2))
  const total = weights.reduce((sum, weight) => sum + weight)
  const countryOf = () => {
    let rest = random() * total
    return random() < 0.06 ? pick(namedCountries) : ranked[weights.findIndex(weight => (rest -= weight) <= 0)]!
  }

  for (let index = 1; index <= count; index++) {
    const country = countryOf()
    const { first, last, familyFirst } = namesOf(country)
    const [given, family] = [pick(first), pick(last)]
    // A sum of three has a peak, here at about 33 years. A fixed date gives the same birthday on every day.
    const age = 16 + (random() + random() + random() ** 3) * 25
    const birthday = new Date(Date.UTC(2026, 0, 1) - age * 365.25 * day).toISOString().slice(0, 10)
    const bio = pick([
      () => `${capitalize(pick(trades))} who likes ${pick(hobbies)} and ${pick(hobbies)}.`,
      () => `${capitalize(pick(hobbies))}, ${pick(hobbies)}, and far too much tea. ${pick(closings)}`,
      () => `${capitalize(pick(trades))} by day. ${pick(closings)}`,
    ])()
    const fields = {
      ...random() < 0.82 && { birthday },
      ...random() < 0.9 && { country },
      ...random() < 0.6 && { bio },
    }
    // The number of sign-ups doubles every year.
    const signedUpAgo = Math.min(3 * years, -Math.log2(1 - random()) * years)
    const id = `user_seed${String(index).padStart(6, '0')}`
    const isPublic = random() < 1 / 7
    const showsBirthday = random() < 0.6
    const isDeleted = random() < 1 / 60
    yield {
      user: {
        id,
        first_name: familyFirst ? family : given,
        last_name: familyFirst ? given : family,
        has_image: random() < 0.7,
        email_address: [`${addressOf(given, family)}${index}@example.com`],
        unsafe_metadata: fields,
        created_at: Math.floor(now - signedUpAgo),
      },
      isPublic,
      showsBirthday,
      isDeleted,
    }
  }
}
