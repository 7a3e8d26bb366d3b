import { errors } from './errors.ts'
import { createObjects } from './objects.ts'
import type { Store } from './store.ts'

interface Identifier {
  identifier: string
  identifier_type: 'email_address' | 'phone_number' | 'web3_wallet'
  instance_id: string
}

/** Which rules apply to a sign-up. */
export interface Switches {
  allowlist: boolean
  blocklist: boolean
  allowlist_blocklist_disabled_on_sign_in: boolean
  block_email_subaddresses: boolean
  block_disposable_email_domains: boolean
}

const off: Switches = {
  allowlist: false,
  blocklist: false,
  allowlist_blocklist_disabled_on_sign_in: false,
  block_email_subaddresses: false,
  block_disposable_email_domains: false,
}

export type Restrictions = ReturnType<typeof createRestrictions>

/** The rules for who may sign up. */
export function createRestrictions(store: Store) {
  const allowlist = createObjects<Identifier>(store, 'allowlist_identifier', 'alid')
  const blocklist = createObjects<Identifier>(store, 'blocklist_identifier', 'blid')
  const switches = createObjects<Switches>(store, 'instance_restrictions', 'ires')

  const isIn = (list: typeof allowlist, address: string) =>
    list.list().some(({ identifier }) => matches(identifier, address))
  const current = (): Switches => pick(switches.list()[0] ?? off)

  return {
    allowlist,
    blocklist,
    current,

    /** @throws ClerkError for a rule that Local Clerk does not apply */
    change(changes: Partial<Switches>): Switches {
      if (changes.block_disposable_email_domains) throw errors.notImplemented('Local Clerk knows no disposable domains')
      const changed = pick({ ...current(), ...changes })
      const [stored] = switches.list()
      if (stored) switches.update(stored.id, changed)
      else switches.create(changed)
      return changed
    },

    /** Whether the allowlist applies, and lets this address or number in. */
    isListed: (address: string): boolean => current().allowlist && isIn(allowlist, address),

    /** @throws ClerkError when this address or number may not sign up */
    requireAllowed(address: string): void {
      const rules = current()
      const isRefused = (rules.allowlist && !isIn(allowlist, address))
        || (rules.blocklist && isIn(blocklist, address))
        || (rules.block_email_subaddresses && /[+=#]/.test(address.split('@')[0]!))
      if (isRefused) throw errors.notAllowed(address)
    },
  }
}

/** The switches alone, without the id and the dates of what is stored. */
function pick(stored: Switches): Switches {
  const names = Object.keys(off) as (keyof Switches)[]
  return Object.fromEntries(names.map(name => [name, stored[name]])) as unknown as Switches
}

/** An address, or all of a domain: `*@example.com`. */
function matches(identifier: string, address: string): boolean {
  const [wanted, given] = [identifier.toLowerCase(), address.toLowerCase()]
  return wanted.startsWith('*@') ? given.endsWith(wanted.slice(1)) : wanted === given
}
