import type { UserJSON } from '@clerk/backend'
import { defineEventHandler, getRouterParam, readMultipartFormData } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { isImage } from '../images.ts'
import { mergeMetadata } from '../metadata.ts'
import { checkPassword } from '../passwords.ts'
import type { Client } from '../sessions.ts'
import type { Context } from './context.ts'
import { sessionWithActivityJSON, userJSON } from './json.ts'
import { answer, originOf, parseMetadata, readForm, requireSession, requireVerifiedSession } from './requests.ts'

/** The signed-in user, as `<UserProfile>` shows and edits it; email addresses are in `emails.ts`. */
export function addMeRoutes(router: Router, context: Context): void {
  const { users, reverification } = context

  router.get('/v1/me', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    return answerUser(context, event, client, user)
  }))

  router.patch('/v1/me', defineEventHandler(async (event) => {
    const { client, user, session } = requireSession(context, event)
    const form = await readForm(event)
    const { username, first_name, last_name, primary_email_address_id, primary_phone_number_id } = form
    const isSensitive = [username, primary_email_address_id, primary_phone_number_id].some(value => value !== undefined)
    if (isSensitive) reverification.require(session, user)
    const updated = users.update(user.id, {
      username,
      first_name,
      last_name,
      primary_email_address_id,
      primary_phone_number_id,
      unsafe_metadata: parseMetadata(form.unsafe_metadata),
    })
    return answerUser(context, event, client, updated)
  }))

  // `user.update({ unsafeMetadata })` sends what differs: null removes a key.
  router.patch('/v1/me/metadata', defineEventHandler(async (event) => {
    const { client, user } = requireSession(context, event)
    const { unsafe_metadata } = await readForm(event)
    const changes = parseMetadata(unsafe_metadata)
    if (!changes) throw errors.missing('unsafe_metadata')
    const merged = mergeMetadata(user.unsafe_metadata, changes)
    return answerUser(context, event, client, users.update(user.id, { unsafe_metadata: merged }))
  }))

  router.delete('/v1/me', defineEventHandler((event) => {
    const { client, user } = requireVerifiedSession(context, event)
    const { object, id, deleted } = users.remove(user.id)
    return answer(context, event, client, { object, id, deleted })
  }))

  addProfileImageRoutes(router, context)
  addPasswordRoute(router, context)
  addDeviceRoutes(router, context)
}

function addProfileImageRoutes(router: Router, context: Context): void {
  const { users } = context

  router.post('/v1/me/profile_image', defineEventHandler(async (event) => {
    const { client, user } = requireSession(context, event)
    const [file] = await readMultipartFormData(event) ?? []
    if (!file || !isImage(file.type)) throw errors.missing('file')
    const { image_url } = users.setImage(user.id, file.type!, file.data)
    return answer(context, event, client, {
      object: 'image',
      id: user.id,
      name: file.filename ?? '',
      public_url: new URL(image_url, originOf(event)).href,
    })
  }))

  router.delete('/v1/me/profile_image', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    users.removeImage(user.id)
    return answer(context, event, client, { object: 'image', id: user.id, deleted: true })
  }))
}

function addPasswordRoute(router: Router, context: Context): void {
  const { users, sessions } = context

  router.post('/v1/me/change_password', defineEventHandler(async (event) => {
    const { client, user, session } = requireVerifiedSession(context, event)
    const { current_password, new_password, sign_out_of_other_sessions } = await readForm(event)
    // Clerk's form omits the current password, because the session was verified recently.
    if (current_password !== undefined && !users.hasPassword(user.id, current_password)) {
      throw errors.passwordIncorrect('current_password')
    }
    if (!new_password) throw errors.missing('new_password')
    checkPassword(new_password, 'new_password')
    if (String(sign_out_of_other_sessions) === 'true') {
      const others = sessions.ofUser(user.id).filter(({ id }) => id !== session.id)
      for (const other of others) sessions.end(other, 'revoked')
    }
    return answerUser(context, event, client, users.update(user.id, { password: new_password }))
  }))
}

/** The user's sessions, on every device. */
function addDeviceRoutes(router: Router, context: Context): void {
  const { sessions } = context

  router.get('/v1/me/sessions/active', defineEventHandler((event) => {
    const { user } = requireSession(context, event)
    const active = sessions.ofUser(user.id).filter(({ status }) => status === 'active')
    return active.map(session => sessionWithActivityJSON(context, session))
  }))

  router.post('/v1/me/sessions/:id/revoke', defineEventHandler((event) => {
    const { client, user } = requireVerifiedSession(context, event)
    const session = sessions.get(getRouterParam(event, 'id') ?? '')
    if (session.user_id !== user.id) throw errors.notFound('session')
    const revoked = sessionWithActivityJSON(context, sessions.end(session, 'revoked'))
    return answer(context, event, client, revoked)
  }))
}

function answerUser(context: Context, event: H3Event, client: Client, user: UserJSON) {
  return answer(context, event, client, userJSON(context, user, originOf(event)))
}
