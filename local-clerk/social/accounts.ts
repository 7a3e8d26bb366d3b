import type { UserJSON } from '@clerk/backend'
import { errors } from '../errors.ts'
import type { Keys } from '../keys.ts'
import type { Store } from '../store.ts'
import type { Users } from '../users.ts'
import { addAccount, isSame } from './external-account.ts'
import type { ExternalAccount } from './external-account.ts'
import type { Profile } from './flows.ts'

export type ExternalAccounts = ReturnType<typeof createExternalAccounts>

const hour = 3_600

/** The accounts at social providers that users sign in with. */
export function createExternalAccounts(store: Store, users: Users, keys: Keys) {
  /** The user who has connected this account. */
  function findConnected({ provider, provider_user_id }: Profile): UserJSON | undefined {
    const row = store.get<{ id: string }>(
      `select users.id from users, json_each(users.data, '$.external_accounts') as account
       where json_extract(account.value, '$.provider_user_id') = ? and json_extract(account.value, '$.provider') = ?`,
      provider_user_id,
      `oauth_${provider}`,
    )
    return row && users.get(row.id)
  }

  /** The user with the same email address, if it is verified: anybody can add one that is not. */
  function findByEmail({ email_address }: Profile): UserJSON | undefined {
    const user = users.findByIdentifier(email_address)
    const isVerified = user?.email_addresses.some(
      email => isSame(email.email_address, email_address) && email.verification?.status === 'verified',
    )
    return isVerified ? user : undefined
  }

  /** @throws ClerkError when the user has no such account */
  function get(userId: string, id: string): ExternalAccount {
    const account = users.get(userId).external_accounts.find(each => each.id === id)
    if (!account) throw errors.notFound('external account')
    return account
  }

  return {
    get,
    findConnected,

    /** The user of a profile, if there is one. */
    findUser: (profile: Profile) => findConnected(profile) ?? findByEmail(profile),

    /** Connects an account to a user, in place of an earlier one at the same provider. */
    connect(userId: string, account: ExternalAccount): void {
      users.change(userId, user => addAccount(user, account))
    },

    remove(userId: string, id: string) {
      const { identification_id } = get(userId, id)
      users.change(userId, (user) => {
        user.external_accounts = user.external_accounts.filter(account => account.id !== id)
        for (const email of user.email_addresses) {
          email.linked_to = email.linked_to.filter(link => link.id !== identification_id)
        }
      })
      return { object: 'external_account' as const, id, deleted: true as const }
    },

    /** The provider's access token, as the Backend API answers it. It is good for nothing but a look inside. */
    accessToken({ id, provider, provider_user_id, approved_scopes }: ExternalAccount) {
      const exp = Math.floor(Date.now() / 1_000) + hour
      return {
        object: 'oauth_access_token',
        external_account_id: id,
        provider,
        provider_user_id,
        token: keys.sign({ exp, iss: 'https://clerk.localhost', scope: approved_scopes, sub: provider_user_id }),
        expires_at: exp * 1_000,
        public_metadata: {},
        label: null,
        scopes: approved_scopes.split(' '),
      }
    },
  }
}
