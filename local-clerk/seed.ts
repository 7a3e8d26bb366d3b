import { hashPassword } from './users.ts'
import type { UserInput, Users } from './users.ts'

/** Everybody's. */
export const password = 'local-clerk'

/** The users that a fresh Local Clerk has. The fields in unsafe_metadata seed the app's profiles. */
export const people: UserInput[] = [
  { id: 'user_123', first_name: 'Ada', last_name: 'Baker', username: 'ada', email_address: ['ada@example.com'], unsafe_metadata: { birthday: '1990-05-12', country: 'US', bio: 'Coffee enthusiast.' } },
  { id: 'user_456', first_name: 'Liam', last_name: 'Tremblay', username: 'liam', email_address: ['liam@example.com'], unsafe_metadata: { birthday: '1985-11-23', country: 'CA', bio: 'Loves to read.' } },
  { id: 'user_789', first_name: 'Mia', last_name: 'Schmidt', username: 'mia', email_address: ['mia@example.com'], unsafe_metadata: { birthday: '2001-07-04', country: 'DE', bio: 'Student and coder.' } },
  { id: 'user_admin', first_name: 'Alex', last_name: 'Admin', username: 'admin', email_address: ['admin@example.com'], public_metadata: { role: 'admin' } },
]

export function seed(users: Users): void {
  const hash = hashPassword(password)
  for (const person of people) if (!users.find(person.id!)) users.create(person, { hash })
}

const firstNames = ['Noah', 'Emma', 'Oliver', 'Sofia', 'Kenji', 'Amara', 'Lucas', 'Ines', 'Ravi', 'Chloe', 'Mateo', 'Freya']
const lastNames = ['Garcia', 'Novak', 'Okafor', 'Tanaka', 'Silva', 'Jensen', 'Kumar', 'Rossi', 'Dubois', 'Haddad']
const countries = ['US', 'IN', 'BR', 'DE', 'GB', 'JP', 'FR', 'CA', 'NG', 'IT', 'NL', 'MX']

/** N more users, the same ones each time. `done` is told how many there are, every thousand. */
export async function seedMore(users: Users, count: number, done: (count: number) => void): Promise<void> {
  const hash = hashPassword(password)
  for (let index = 1; index <= count; index++) {
    const id = `user_seed${String(index).padStart(6, '0')}`
    if (users.find(id)) continue
    const pick = <T>(from: T[], step: number) => from[(index * step) % from.length]!
    const birthday = new Date(Date.UTC(1950 + (index * 7) % 55, index % 12, 1 + (index * 11) % 28)).toISOString().slice(0, 10)
    users.create({
      id, first_name: pick(firstNames, 5), last_name: pick(lastNames, 3), email_address: [`${id.slice(5)}@example.com`],
      unsafe_metadata: { birthday, country: pick(countries, 7) },
    }, { hash })
    if (index % 1_000 === 0) {
      done(index)
      // Requests and deliveries shall not wait for all of them.
      await new Promise(setImmediate)
    }
  }
}
