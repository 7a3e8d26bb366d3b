import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { fields, identificationsOf } from '../identifications.ts'
import type { Identification, IdentificationKind } from '../identifications.ts'
import { attemptCode } from '../verifications.ts'
import type { Verification } from '../verifications.ts'
import type { Context } from './context.ts'
import { identificationJSON } from './json.ts'
import { answer, readForm, requireSession, requireVerifiedSession } from './requests.ts'
import type { SignedIn } from './requests.ts'

const codes = { email_address: 'email_code', phone_number: 'phone_code' } as const

/** What the signed-in user's email addresses and phone numbers have in common. */
export function addIdentificationRoutes(router: Router, context: Context, kind: IdentificationKind): void {
  const { users, reverification } = context
  const path = `/v1/me/${fields[kind].list}`
  const toJSON = (found: Identification) => identificationJSON(found, reverification.now())

  router.get(path, defineEventHandler((event) => {
    return identificationsOf(requireSession(context, event).user, kind).map(toJSON)
  }))

  router.get(`${path}/:id`, defineEventHandler((event) => {
    const { client, found } = identificationInPath(context, event, kind)
    return answer(context, event, client, toJSON(found))
  }))

  router.post(`${path}/:id/attempt_verification`, defineEventHandler(async (event) => {
    const { code } = await readForm(event)
    const { client, user, found } = identificationInPath(context, event, kind)
    attemptCode(found.verification as Verification | null, { strategy: codes[kind], code }, reverification.now())
    return answer(context, event, client, toJSON(users.identifications.verify(user.id, kind, found.id)))
  }))

  router.delete(`${path}/:id`, defineEventHandler((event) => {
    requireVerifiedSession(context, event)
    const { client, user, found } = identificationInPath(context, event, kind)
    users.identifications.remove(user.id, kind, found.id)
    return answer(context, event, client, { object: kind, id: found.id, deleted: true })
  }))
}

/**
 * The signed-in user's email address or phone number that the path names as `:id`.
 * @throws ClerkError when it is not the user's
 */
export function identificationInPath<Kind extends IdentificationKind>(context: Context, event: H3Event, kind: Kind) {
  const signedIn: SignedIn = requireSession(context, event)
  const found = identificationsOf(signedIn.user, kind).find(({ id }) => id === getRouterParam(event, 'id'))
  if (!found) throw errors.notFound(kind.replace('_', ' '))
  return { ...signedIn, found }
}
