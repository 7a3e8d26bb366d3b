import type { UserJSON } from '@clerk/backend'
import { defineEventHandler, getQuery, getRouterParam, readMultipartFormData } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { isImage } from '../images.ts'
import { mergeMetadata, replaceMetadata } from '../metadata.ts'
import type { UserInput } from '../users.ts'
import { readJSON } from './context.ts'
import type { Context } from './context.ts'
import { userFilter } from './user-filter.ts'

const sortable = new Set([
  'created_at',
  'updated_at',
  'username',
  'first_name',
  'last_name',
  'email_address',
  'last_sign_in_at',
  'last_active_at',
])
const metadataNames = ['public_metadata', 'private_metadata', 'unsafe_metadata'] as const

export function addUserRoutes(router: Router, { store, users, sessions, bans, lockout }: Context): void {
  router.get('/v1/users', defineEventHandler((event) => {
    const { where, values } = userFilter(event)
    const query = getQuery(event)
    const limit = Math.min(Math.max(Number(query.limit ?? 10) || 10, 1), 500)
    const offset = Math.max(Number(query.offset ?? 0) || 0, 0)
    const [, sign, column] = /^([+-]?)(\w+)$/.exec(String(query.order_by ?? '-created_at').trim()) ?? []
    if (!column || !sortable.has(column)) throw errors.missing('order_by')
    // No sign means ascending, like a plus: URLs decode a plus to a space.
    const direction = sign === '-' ? 'desc' : 'asc'
    const rows = store.all<{ data: string }>(
      `select data from users ${where} order by ${column} ${direction}, id ${direction} limit ? offset ?`,
      ...values,
      limit,
      offset,
    )
    return rows.map(({ data }) => JSON.parse(data) as UserJSON)
  }))

  router.get('/v1/users/count', defineEventHandler((event) => {
    const { where, values } = userFilter(event)
    const { total } = store.get<{ total: number }>(`select count(*) as total from users ${where}`, ...values)!
    return { object: 'total_count', total_count: total }
  }))

  router.post('/v1/users', defineEventHandler(async (event) => {
    const { id: _, ...input } = await readUser(event)
    return users.create(input)
  }))

  router.get('/v1/users/:id', defineEventHandler(event => users.get(idInPath(event))))

  router.patch('/v1/users/:id', defineEventHandler(async (event) => {
    return users.update(idInPath(event), await readUser(event))
  }))

  router.delete('/v1/users/:id', defineEventHandler(event => users.remove(idInPath(event))))

  for (const [method, combine] of [['patch', mergeMetadata], ['put', replaceMetadata]] as const) {
    router[method]('/v1/users/:id/metadata', defineEventHandler(async (event) => {
      const changes = await readJSON<Pick<UserInput, typeof metadataNames[number]>>(event)
      return users.change(idInPath(event), (user) => {
        for (const name of metadataNames) {
          if (changes[name]) user[name] = combine(user[name], changes[name])
        }
      })
    }))
  }

  router.post('/v1/users/:id/ban', defineEventHandler(event => bans.ban(idInPath(event))))
  router.post('/v1/users/:id/unban', defineEventHandler(event => bans.unban(idInPath(event))))
  router.post('/v1/users/:id/lock', defineEventHandler(event => lockout.lock(idInPath(event))))
  router.post('/v1/users/:id/unlock', defineEventHandler(event => lockout.unlock(idInPath(event))))

  router.post('/v1/users/:id/verify_password', defineEventHandler(async (event) => {
    const { password } = await readJSON<{ password?: string }>(event)
    const { id } = users.get(idInPath(event))
    if (!users.hasPassword(id, password ?? '')) throw errors.passwordIncorrect()
    return { verified: true }
  }))

  router.post('/v1/users/:id/remove_password', defineEventHandler(async (event) => {
    const { sign_out_of_other_sessions } = await readJSON<{ sign_out_of_other_sessions?: boolean }>(event)
    const { id, password_enabled } = users.get(idInPath(event))
    if (!password_enabled) throw errors.noPassword()
    if (sign_out_of_other_sessions) sessions.revokeAll(id)
    return users.removePassword(id)
  }))

  router.post('/v1/users/:id/password/set_compromised', defineEventHandler(async (event) => {
    const { revoke_all_sessions } = await readJSON<{ revoke_all_sessions?: boolean }>(event)
    const user = users.get(idInPath(event))
    if (!user.password_enabled) throw errors.noPassword()
    users.setPasswordCompromised(user.id)
    if (revoke_all_sessions) sessions.revokeAll(user.id)
    return user
  }))

  router.post('/v1/users/:id/password/unset_compromised', defineEventHandler((event) => {
    const user = users.get(idInPath(event))
    users.unsetPasswordCompromised(user.id)
    return user
  }))

  router.put('/v1/users/:id/phone_number', defineEventHandler(async (event) => {
    const { phone_number } = await readJSON<{ phone_number?: string }>(event)
    if (!phone_number) throw errors.missing('phone_number')
    return users.identifications.replace(users.get(idInPath(event)).id, 'phone_number', phone_number)
  }))

  router.put('/v1/users/:id/email_address', defineEventHandler(async (event) => {
    const { email_address } = await readJSON<{ email_address?: string }>(event)
    if (!email_address) throw errors.missing('email_address')
    return users.identifications.replace(users.get(idInPath(event)).id, 'email_address', email_address)
  }))

  router.post('/v1/users/:id/profile_image', defineEventHandler(async (event) => {
    const { id } = users.get(idInPath(event))
    const [file] = await readMultipartFormData(event) ?? []
    if (!file || !isImage(file.type)) throw errors.missing('file')
    return users.setImage(id, file.type!, file.data)
  }))

  router.delete('/v1/users/:id/profile_image', defineEventHandler(event => users.removeImage(idInPath(event))))
}

/** The fields of a user. Those that are times come as text, or as milliseconds. */
async function readUser(event: H3Event): Promise<UserInput> {
  const { created_at, legal_accepted_at, ...input } = await readJSON<UserInput>(event)
  const toTime = (value: number | null | undefined) => typeof value === 'string' ? new Date(value).getTime() : value
  return { ...input, created_at: toTime(created_at) ?? undefined, legal_accepted_at: toTime(legal_accepted_at) }
}

function idInPath(event: H3Event): string {
  return getRouterParam(event, 'id') ?? ''
}
