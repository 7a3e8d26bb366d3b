import type { ClerkClient } from '@clerk/backend'
import { password } from '../../support/people.ts'

/** Somebody who may have an account. */
export interface Person {
  email: string
  username: string
  phone: string
  password: string
}

interface Traits {
  withUsername?: boolean
  withPhone?: boolean
  withoutPassword?: boolean
  withoutEmail?: boolean
}

export type People = ReturnType<typeof createPeople>

/** The people of an app, each with an address of their own. */
export function createPeople(clerk: ClerkClient) {
  let count = 0

  /** @returns somebody without an account */
  function stranger(): Person {
    const number = ++count
    return {
      // An address of Clerk's test mode.
      email: `person${number}+clerk_test@example.com`,
      username: `person_${number}`,
      // A range that no telephone company assigns.
      phone: `+1415555${String(100 + number).padStart(4, '0')}`,
      password,
    }
  }

  /** @returns somebody with an account: an email address and a password, if nothing else is said */
  async function user({ withUsername, withPhone, withoutPassword, withoutEmail }: Traits = {}) {
    const person = stranger()
    const { id } = await clerk.users.createUser({
      firstName: 'Grace',
      lastName: 'Hopper',
      ...(withoutEmail ? {} : { emailAddress: [person.email] }),
      ...(withUsername ? { username: person.username } : {}),
      ...(withPhone ? { phoneNumber: [person.phone] } : {}),
      ...(withoutPassword ? { skipPasswordRequirement: true } : { password: person.password }),
    })
    return { ...person, id }
  }

  return { stranger, user }
}
