import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { toJSON } from '../passkeys.ts'
import type { Context } from './context.ts'
import { answer, appOriginOf, originOf, readForm, requireSession, requireVerifiedSession } from './requests.ts'

/** The signed-in user's passkeys. */
export function addPasskeyRoutes(router: Router, context: Context): void {
  const { passkeys, settings } = context

  router.post('/v1/me/passkeys', defineEventHandler((event) => {
    const { client, user, session } = requireVerifiedSession(context, event)
    if (!settings.current().passkeys) throw errors.strategyForUserInvalid()
    const { browser_name, device_type } = session.activity
    const passkey = passkeys.create(user.id, `${browser_name} on ${device_type}`)
    const { rpId } = siteOf(context, event)
    return answer(context, event, client, toJSON(passkey, passkeys.creationOptions(passkey, user, rpId)))
  }))

  router.post('/v1/me/passkeys/:id/attempt_verification', defineEventHandler(async (event) => {
    const { client, user } = requireSession(context, event)
    const { public_key_credential } = await readForm(event)
    const passkey = passkeys.get(user.id, idInPath(event))
    const verified = passkeys.verify(passkey, public_key_credential, siteOf(context, event))
    return answer(context, event, client, toJSON(verified))
  }))

  router.get('/v1/me/passkeys/:id', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    return answer(context, event, client, toJSON(passkeys.get(user.id, idInPath(event))))
  }))

  router.patch('/v1/me/passkeys/:id', defineEventHandler(async (event) => {
    const { client, user } = requireSession(context, event)
    const { name } = await readForm(event)
    const { id } = passkeys.get(user.id, idInPath(event))
    return answer(context, event, client, toJSON(passkeys.rename(user.id, id, name ?? '')))
  }))

  router.delete('/v1/me/passkeys/:id', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    return answer(context, event, client, passkeys.remove(user.id, idInPath(event)))
  }))
}

/** Where passkeys are for: the app's own origin. */
export function siteOf({ keys }: Context, event: H3Event): { origin: string, rpId: string } {
  const origin = keys.instance === 'production' ? appOriginOf(event) : originOf(event)
  return { origin, rpId: new URL(origin).hostname }
}

const idInPath = (event: H3Event) => getRouterParam(event, 'id') ?? ''
