import type { Keys } from './keys.ts'
import { createObjects } from './objects.ts'
import type { Stored } from './objects.ts'
import type { Reverification } from './reverification.ts'
import type { Store } from './store.ts'

const lifetime = 10 * 60_000

/** What opening a link verifies. */
export type LinkSubject = { id: string } & (
  | { type: 'sign_in' | 'second_factor' | 'sign_up' }
  | { type: 'email_address', user_id: string }
)

interface LinkFields {
  email_address: string
  subject: LinkSubject
  /** The browser that asked for it. */
  client_id: string
  /** The page to which it leads in the end. */
  redirect_url: string
  status: 'pending' | 'used'
  expires_at: number
  /** Empty until it is signed, for which the id is needed. */
  token: string
  url: string
}

export type EmailLink = Stored<LinkFields>
export type EmailLinks = ReturnType<typeof createEmailLinks>

/** Links that verify an email address when they are opened. */
export function createEmailLinks(store: Store, keys: Keys, { now }: Reverification) {
  const links = createObjects<LinkFields>(store, 'email_link', 'elnk')

  return {
    /** @param verifyUrl  the address of the route that opens a link */
    create(
      fields: Pick<LinkFields, 'email_address' | 'subject' | 'client_id' | 'redirect_url'>,
      verifyUrl: string,
    ): EmailLink {
      const expires_at = now() + lifetime
      return store.transaction(() => {
        const { id } = links.create({ ...fields, status: 'pending', expires_at, token: '', url: '' })
        const exp = Math.floor(expires_at / 1_000)
        const token = keys.sign({ eid: id, exp, iss: 'https://clerk.localhost', st: 'email_link' })
        return links.update(id, { token, url: `${verifyUrl}?${new URLSearchParams({ token })}` })
      })
    },

    /** The links that were emailed to an address, the newest first. */
    sentTo: (address: string) =>
      links.list().filter(({ email_address }) => email_address.toLowerCase() === address.toLowerCase()),

    find: (token: string) => links.list().find(link => link.token === token),

    use: (id: string) => links.update(id, { status: 'used' }),
  }
}
