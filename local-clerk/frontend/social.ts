import { errors } from '../errors.ts'
import type { ClerkError } from '../errors.ts'
import { accountOf } from '../social/external-account.ts'
import type { Profile } from '../social/flows.ts'
import { providerOf } from '../social/providers.ts'
import { newVerification, verified } from '../verifications.ts'
import type { Verification } from '../verifications.ts'
import { findAttempt, saveAttempt } from '../attempts.ts'
import type { SignIn, SignUp } from '../attempts.ts'
import type { Form } from './requests.ts'
import { passToSecondFactor, requireSignedOut } from './sign-in-steps.ts'
import type { Attempt as SignInAttempt } from './sign-in-steps.ts'
import type { Attempt as SignUpAttempt } from './sign-up-steps.ts'
import { visit } from './visits.ts'

// Sign-in and sign-up at a social provider. `oauth-callback.ts` takes what the provider answers.

/** A strategy of a provider, whether or not the instance offers it. */
export const isSocial = (strategy: string | undefined) => strategy?.startsWith('oauth_') ?? false

/** @throws ClerkError when the instance does not offer the provider, or a page is not the app's */
function sendToProvider(
  { context, event, client }: Omit<SignInAttempt, 'signIn'>,
  type: 'sign_in' | 'sign_up',
  id: string,
  form: Form,
): Verification {
  const provider = providerOf(form.strategy, context.settings.current())
  if (!provider) throw errors.strategyForUserInvalid()
  return {
    ...newVerification(`oauth_${provider}`, context.reverification.now()),
    external_verification_redirect_url: visit(context, event, client, provider, { type, id }, form),
  }
}

export function beginSocialSignIn(attempt: SignInAttempt, form: Form): void {
  const { context, signIn } = attempt
  signIn.first_factor = sendToProvider(attempt, 'sign_in', signIn.id, form)
  saveAttempt(context.store, signIn)
}

export function beginSocialSignUp(attempt: SignUpAttempt, form: Form): void {
  const { signUp } = attempt
  signUp.verifications.external_account = sendToProvider(attempt, 'sign_up', signUp.id, form)
}

/** Signs in the user of a provider's profile, and connects the account to them. */
export function signInBy(attempt: SignInAttempt, profile: Profile): void {
  const { context, signIn } = attempt
  const { externalAccounts, lockout, reverification } = context
  const verification = verified(`oauth_${profile.provider}`, reverification.now())
  const user = externalAccounts.findUser(profile)
  if (!user) {
    signIn.profile = profile
    signIn.first_factor = { ...verification, status: 'transferable', error: toError(errors.externalAccountMissing()) }
    return saveAttempt(context.store, signIn)
  }
  requireSignedOut(attempt, user.id)
  if (user.banned) throw errors.banned()
  lockout.requireUnlocked(user)
  if (!externalAccounts.findConnected(profile)) externalAccounts.connect(user.id, accountOf(profile, verification))
  signIn.user_id = user.id
  signIn.first_factor = verification
  passToSecondFactor(attempt, context.users.get(user.id))
}

/**
 * Signs the user in who has tried to sign up.
 * @throws ClerkError when the browser has no such sign-up
 */
export function transferSignUp(attempt: SignInAttempt): void {
  const { context, client } = attempt
  const signUp = findAttempt<SignUp>(context.store, client.sign_up)
  const isTransferable = signUp?.verifications.external_account?.status === 'transferable'
  if (!isTransferable || !signUp.profile) throw errors.nothingToTransfer()
  signInBy(attempt, signUp.profile)
}

/** Fills the sign-up with a provider's profile. */
export function takeProfile({ context, signUp }: SignUpAttempt, profile: Profile): void {
  const { users, restrictions, reverification, settings } = context
  const { first_name, last_name } = settings.current()
  const email = users.identifications.check('email_address', profile.email_address)
  restrictions.requireAllowed(email)
  const strategy = `oauth_${profile.provider}` as const
  signUp.profile = profile
  signUp.email_address = email
  if (first_name !== 'off') signUp.first_name ??= profile.first_name || null
  if (last_name !== 'off') signUp.last_name ??= profile.last_name || null
  signUp.verifications.email_address = verified(`from_${strategy}`, reverification.now())
  signUp.verifications.external_account = verified(strategy, reverification.now())
}

/** The profile for which the browser's sign-in has found no account. */
export function transferredProfile({ first_factor, profile }: SignIn): Profile | undefined {
  return first_factor?.status === 'transferable' && isSocial(first_factor.strategy) ? profile : undefined
}

/** A failure, as a verification has it. */
export function failed(verification: Verification, error: ClerkError): Verification {
  const { external_verification_redirect_url: _, ...rest } = verification
  return { ...rest, status: 'failed', error: toError(error) }
}

export function toError(error: ClerkError): object {
  return error.toJSON().errors[0]!
}
