import { defineEventHandler, getQuery } from 'h3'
import type { Router } from 'h3'
import { z } from 'zod'
import { inPath } from '../http.ts'
import { metadata } from '../new-user.ts'
import { containing } from '../store.ts'
import { action, pageSize, readValid } from './context.ts'
import type { Context } from './context.ts'

/** What the page changes of a user. Null removes a name. */
const userChanges = z.strictObject({
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  username: z.string().nullable(),
  public_metadata: metadata,
  private_metadata: metadata,
  unsafe_metadata: metadata,
}).partial()

/** Users and their sessions. */
export function addUserRoutes(router: Router, { store, users, sessions, organizations, bans }: Context): void {
  const { memberships } = organizations

  router.get('/control/users', defineEventHandler((event) => {
    const { query = '', offset = 0 } = getQuery(event)
    return {
      users: store.all(`
        select
          id,
          trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as name,
          username,
          email_address as email,
          json_extract(data, '$.banned') as banned,
          (select count(*) from sessions where user_id = users.id and status = 'active') as sessions
        from users
        where id like ?1 escape '\\'
          or username like ?1 escape '\\'
          or email_address like ?1 escape '\\'
          or trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) like ?1 escape '\\'
        order by created_at desc, id
        limit ${pageSize} offset ?2`, containing(String(query)), Number(offset) || 0),
    }
  }))

  router.get('/control/sessions', defineEventHandler(() => ({
    sessions: store.all('select id, user_id, status, created_at from sessions order by created_at desc limit 20'),
  })))

  router.get('/control/users/:id', defineEventHandler((event) => {
    const user = users.get(inPath(event, 'id'))
    return {
      user,
      sessions: sessions.ofUser(user.id).slice(0, pageSize).map(({ activity, ...session }) => ({
        ...sessions.toJSON({ activity, ...session }),
        latest_activity: activity,
      })),
      memberships: memberships.ofUser(user.id).map(memberships.toJSON),
    }
  }))

  router.post('/control/users/:id', action(async (event) => {
    const { id } = users.get(inPath(event, 'id'))
    return users.update(id, await readValid(event, userChanges))
  }))

  router.post('/control/users/:id/ban', action(event => bans.ban(inPath(event, 'id'))))
  router.post('/control/users/:id/unban', action(event => bans.unban(inPath(event, 'id'))))
  router.post('/control/users/:id/delete', action(event => users.remove(inPath(event, 'id'))))
}
