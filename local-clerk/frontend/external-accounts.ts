import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { accountOf } from '../social/external-account.ts'
import type { ExternalAccount } from '../social/external-account.ts'
import { nobodyAt, providerOf } from '../social/providers.ts'
import type { SocialProvider } from '../social/providers.ts'
import { newVerification } from '../verifications.ts'
import type { Context } from './context.ts'
import { answer, readForm, requireSession, requireVerifiedSession } from './requests.ts'
import type { Form, SignedIn } from './requests.ts'
import { visit } from './visits.ts'

/** The signed-in user's accounts at social providers. */
export function addExternalAccountRoutes(router: Router, context: Context): void {
  const { externalAccounts, settings } = context

  router.post('/v1/me/external_accounts', defineEventHandler(async (event) => {
    const signedIn = requireVerifiedSession(context, event)
    const form = await readForm(event)
    const provider = providerOf(form.strategy, settings.current())
    if (!provider) throw errors.strategyForUserInvalid()
    const account = accountOf(nobodyAt(provider), newVerification(`oauth_${provider}`, context.reverification.now()))
    return sendToProvider(context, event, signedIn, provider, account, form)
  }))

  router.patch('/v1/me/external_accounts/:id/reauthorize', defineEventHandler(async (event) => {
    const signedIn = requireSession(context, event)
    const account = externalAccounts.get(signedIn.user.id, getRouterParam(event, 'id') ?? '')
    const provider = providerOf(account.provider, settings.current())
    if (!provider) throw errors.strategyForUserInvalid()
    return sendToProvider(context, event, signedIn, provider, account, await readForm(event))
  }))

  router.delete('/v1/me/external_accounts/:id', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    return answer(context, event, client, externalAccounts.remove(user.id, getRouterParam(event, 'id') ?? ''))
  }))
}

/** Answers an account as one that is verified at the provider's page. */
function sendToProvider(
  context: Context,
  event: H3Event,
  { client, user }: SignedIn,
  provider: SocialProvider,
  account: ExternalAccount,
  form: Form,
) {
  const subject = { type: 'external_account' as const, id: account.id, user_id: user.id }
  const verification = newVerification(`oauth_${provider}`, context.reverification.now())
  const external_verification_redirect_url = visit(context, event, client, provider, subject, form)
  return answer(context, event, client, {
    ...account,
    verification: { ...verification, external_verification_redirect_url },
  })
}
