import type { UserJSON } from '@clerk/backend'
import { defineEventHandler, getQuery } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../../errors.ts'
import { inPath } from '../../http.ts'
import { contains, includes, ordered, paged, valuesOf } from '../../lists.ts'
import type { Membership } from '../../organizations/records.ts'
import { fullName, primaryEmail } from '../../users.ts'
import type { Metadata } from '../../users.ts'
import { readJSON } from '../context.ts'
import type { Context } from '../context.ts'

interface MembershipInput {
  user_id?: string
  role?: string
  public_metadata?: Metadata
  private_metadata?: Metadata
}

interface Member {
  membership: Membership
  user: UserJSON
}

const phoneNumber = ({ phone_numbers }: UserJSON) => phone_numbers[0]?.phone_number ?? null

const columns = {
  created_at: ({ membership }: Member) => membership.created_at,
  email_address: ({ user }: Member) => primaryEmail(user)?.email_address ?? null,
  phone_number: ({ user }: Member) => phoneNumber(user),
  first_name: ({ user }: Member) => user.first_name,
  last_name: ({ user }: Member) => user.last_name,
  username: ({ user }: Member) => user.username,
}

const addresses = ({ email_addresses }: UserJSON) => email_addresses.map(({ email_address }) => email_address)
const numbers = ({ phone_numbers }: UserJSON) => phone_numbers.map(({ phone_number }) => phone_number)
const wallets = ({ web3_wallets }: UserJSON) => web3_wallets.map(({ web3_wallet }) => web3_wallet)

/** The members who match the query. */
function wantedMembers(event: H3Event, members: Member[], keyOf: (membership: Membership) => string): Member[] {
  const query = getQuery(event)
  const isIn = (name: string, values: string[]) => includes(valuesOf(event, name), values)
  const has = (name: string, texts: string[]) =>
    !query[name] || texts.some(text => contains(text, String(query[name])))
  const isBefore = (name: string, time: number | null) => !query[name] || (time ?? 0) < Number(query[name])
  const isAfter = (name: string, time: number | null) => !query[name] || (time ?? 0) > Number(query[name])
  const textsOf = (user: UserJSON) =>
    [user.id, user.username ?? '', fullName(user), ...addresses(user), ...numbers(user), ...wallets(user)]
  return members.filter(({ membership, user }) =>
    isIn('user_id', [user.id])
    && isIn('email_address', addresses(user))
    && isIn('phone_number', numbers(user))
    && isIn('username', [user.username ?? ''])
    && isIn('web3_wallet', wallets(user))
    && isIn('role', [keyOf(membership)])
    && has('query', textsOf(user))
    && has('email_address_query', addresses(user))
    && has('phone_number_query', numbers(user))
    && has('username_query', [user.username ?? ''])
    && has('name_query', [fullName(user)])
    && isBefore('last_active_at_before', user.last_active_at)
    && isAfter('last_active_at_after', user.last_active_at)
    && isBefore('created_at_before', user.created_at)
    && isAfter('created_at_after', user.created_at))
}

/** The members of organizations. */
export function addMembershipRoutes(router: Router, { users, organizations }: Context): void {
  const { memberships, roles, requireEnabled } = organizations

  const withUser = (membership: Membership): Member => ({ membership, user: users.get(membership.user_id) })

  function listed(event: H3Event, members: Member[]) {
    const { data, total_count } = paged(event, ordered(event, members, columns))
    return { data: data.map(({ membership }) => memberships.toJSON(membership)), total_count }
  }

  /** The membership that the path names. */
  function membershipInPath(event: H3Event): Membership {
    requireEnabled()
    return memberships.get(organizations.get(inPath(event, 'id')).id, inPath(event, 'user_id'))
  }

  router.get('/v1/organizations/:id/memberships', defineEventHandler((event) => {
    requireEnabled()
    const all = memberships.ofOrganization(organizations.get(inPath(event, 'id')).id).map(withUser)
    return listed(event, wantedMembers(event, all, ({ role_id }) => roles.get(role_id).key))
  }))

  router.get('/v1/organization_memberships', defineEventHandler((event) => {
    requireEnabled()
    return listed(event, memberships.list().map(withUser))
  }))

  router.post('/v1/organizations/:id/memberships', defineEventHandler(async (event) => {
    requireEnabled()
    const organization_id = organizations.get(inPath(event, 'id')).id
    const { user_id, role, public_metadata, private_metadata } = await readJSON<MembershipInput>(event)
    if (!user_id) throw errors.missing('user_id')
    const role_id = roles.byKey(role).id
    return memberships.toJSON(memberships.add({ organization_id, user_id, role_id, public_metadata, private_metadata }))
  }))

  router.patch('/v1/organizations/:id/memberships/:user_id', defineEventHandler(async (event) => {
    const membership = membershipInPath(event)
    const { role } = await readJSON<MembershipInput>(event)
    return memberships.toJSON(memberships.changeRole(membership, roles.byKey(role).id))
  }))

  router.patch('/v1/organizations/:id/memberships/:user_id/metadata', defineEventHandler(async (event) => {
    const membership = membershipInPath(event)
    return memberships.toJSON(memberships.mergeMetadata(membership, await readJSON<MembershipInput>(event)))
  }))

  router.delete('/v1/organizations/:id/memberships/:user_id', defineEventHandler((event) => {
    const membership = membershipInPath(event)
    const json = memberships.toJSON(membership)
    memberships.expel(membership)
    return json
  }))

  // These two are asked for by whoever shows a user, with organizations or without.
  router.get('/v1/users/:id/organization_memberships', defineEventHandler((event) => {
    const { data, total_count } = paged(event, memberships.ofUser(users.get(inPath(event, 'id')).id))
    return { data: data.map(memberships.toJSON), total_count }
  }))

  router.get('/v1/users/:id/organization_invitations', defineEventHandler((event) => {
    const status = valuesOf(event, 'status')
    const all = organizations.enrollment.invitationsOf(users.get(inPath(event, 'id')))
    const json = all.map(organizations.invitations.withOrganization)
    return paged(event, json.filter(each => status.length === 0 || status.includes(each.status)))
  }))
}
