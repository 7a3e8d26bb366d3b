import type { H3Event } from 'h3'
import { errors } from '../errors.ts'
import { toPhoneNumber } from '../identifications.ts'
import { checkPassword, hashPassword } from '../passwords.ts'
import type { Client } from '../sessions.ts'
import { accountOf } from '../social/external-account.ts'
import { identifierKind } from './accounts.ts'
import { findAttempt, saveAttempt } from '../attempts.ts'
import type { SignIn, SignUp } from '../attempts.ts'
import type { Context } from './context.ts'
import { createLink } from './links.ts'
import { emailCode, emailLink, textCode } from './messages.ts'
import { isTrue, parseMetadata, startSession } from './requests.ts'
import type { Form } from './requests.ts'
import { attributes, isReady } from '../sign-up-fields.ts'
import { beginSocialSignUp, isSocial, takeProfile, transferredProfile } from './social.ts'
import { attemptCode, newVerification, verified } from '../verifications.ts'

/** What each step of a sign-up gets. */
export interface Attempt {
  context: Context
  event: H3Event
  client: Client
  signUp: SignUp
}

/** Takes the fields of the form, and creates the user once nothing is missing. */
export function continueSignUp(attempt: Attempt, form: Form): void {
  const { context, client, signUp } = attempt
  if (signUp.created_user_id) throw errors.invalidAction('a sign-up that is complete')
  applyForm(attempt, form)
  requireOpen(context, signUp)
  if (isReady(signUp, context.settings.current())) createUser(attempt)
  else client.sign_up = signUp.id
  saveAttempt(context.store, signUp)
  context.sessions.saveClient(client)
}

/** Sends a code or a link. */
export function prepareVerification({ context, event, client, signUp }: Attempt, form: Form): void {
  const { strategy } = form
  const { verifications, email_address, phone_number } = signUp
  const now = context.reverification.now()
  const recipient = { id: null, userId: null }
  if (strategy === 'phone_code') {
    if (!phone_number) throw errors.missing('phone_number')
    textCode(context, { to: phone_number, ...recipient })
    verifications.phone_number = newVerification(strategy, now)
  }
  else {
    const { email_strategies } = context.settings.current()
    const offered = email_strategies.find(name => name === strategy)
    if (!offered) throw errors.strategyForUserInvalid()
    if (!email_address) throw errors.missing('email_address')
    verifications.email_address = newVerification(offered, now)
    if (offered === 'email_code') {
      emailCode(context, { to: email_address, ...recipient })
    }
    else {
      const subject = { type: 'sign_up' as const, id: signUp.id }
      const link = createLink(context, event, client, subject, { to: email_address, redirectUrl: form.redirect_url })
      verifications.email_address.link_id = link.id
      emailLink(context, { to: email_address, ...recipient }, 'magic_link_sign_up', link.url)
    }
  }
  saveAttempt(context.store, signUp)
}

/** @throws ClerkError when the code is wrong */
export function attemptVerification(attempt: Attempt, form: Form): void {
  const { context, signUp: { verifications } } = attempt
  const field = form.strategy === 'phone_code' ? 'phone_number' : 'email_address'
  verifications[field] = attemptCode(verifications[field], form, context.reverification.now())
  continueSignUp(attempt, {})
}

/** @throws ClerkError when an identifier is taken or malformed, the password weak, or the field turned off */
function applyForm(attempt: Attempt, form: Form): void {
  const { context: { users, invitations, organizations, reverification, settings }, signUp } = attempt
  const unknown = attributes.find(name => form[name] && settings.current()[name] === 'off')
  if (unknown) throw errors.unknownParam(unknown)
  if (isTrue(form.transfer)) takeSignIn(attempt)
  if (isSocial(form.strategy)) beginSocialSignUp(attempt, form)
  if (form.strategy === 'ticket') {
    const joining = organizations.invitations.forSignUp(form.ticket)
    const { id, email_address } = joining ?? invitations.ofTicket(form.ticket)
    users.identifications.check('email_address', email_address)
    Object.assign(signUp, { email_address, invitation_id: id })
    signUp.verifications.email_address = verified('ticket', reverification.now())
  }
  applyIdentifiers(attempt, form)
  if (form.username) {
    users.checkUsername(form.username)
    signUp.username = form.username
  }
  if (form.password !== undefined) {
    checkPassword(form.password)
    signUp.password = hashPassword(form.password)
  }
  if (form.first_name !== undefined) signUp.first_name = form.first_name || null
  if (form.last_name !== undefined) signUp.last_name = form.last_name || null
  if (form.locale) signUp.locale = form.locale
  if (form.timezone) signUp.timezone = form.timezone
  if (isTrue(form.legal_accepted)) signUp.legal_accepted_at ??= Date.now()
  signUp.unsafe_metadata = parseMetadata(form.unsafe_metadata) ?? signUp.unsafe_metadata
}

/** An identifier that changes must be verified again. */
function applyIdentifiers({ context: { users, restrictions }, signUp }: Attempt, form: Form): void {
  for (const kind of ['email_address', 'phone_number'] as const) {
    const given = form[kind]
    if (!given || given === signUp[kind]) continue
    const value = users.identifications.check(kind, given)
    if (value === signUp[kind]) continue
    restrictions.requireAllowed(value)
    signUp[kind] = value
    signUp.verifications[kind] = null
    if (kind === 'email_address') signUp.invitation_id = undefined
  }
}

/**
 * Takes what the browser's sign-in has verified for an account that does not exist.
 * @throws ClerkError when there is nothing to take
 */
function takeSignIn(attempt: Attempt): void {
  const { context: { store, users }, client, signUp } = attempt
  const signIn = findAttempt<SignIn>(store, client.sign_in)
  const profile = signIn && transferredProfile(signIn)
  if (profile) {
    takeProfile(attempt, profile)
    client.sign_in = null
    return
  }
  if (signIn?.first_factor?.status !== 'transferable' || !signIn.identifier) throw errors.nothingToTransfer()
  const kind = identifierKind(signIn.identifier) === 'phone_number' ? 'phone_number' : 'email_address'
  signUp[kind] = users.identifications.check(kind, toPhoneNumber(signIn.identifier) ?? signIn.identifier)
  signUp.verifications[kind] = { ...signIn.first_factor, status: 'verified' }
  client.sign_in = null
}

/** @throws ClerkError when the instance is closed to this person */
function requireOpen({ settings, restrictions }: Context, signUp: SignUp): void {
  const mode = settings.current().sign_up_mode
  const isListed = [signUp.email_address, signUp.phone_number].some(each => each && restrictions.isListed(each))
  const isInvited = isListed || signUp.invitation_id
  if (mode === 'public' || isInvited) return
  throw mode === 'waitlist' ? errors.signUpsWaitlisted() : errors.signUpsRestricted()
}

function createUser({ context, event, client, signUp }: Attempt): void {
  const { users, invitations, organizations, waitlist, store } = context
  const { username, first_name, last_name, unsafe_metadata, locale, timezone, legal_accepted_at } = signUp
  const { email_address, phone_number, password, external_id, invitation_id, verifications, profile } = signUp
  const { email_address: email, phone_number: phone, external_account } = verifications
  const account = external_account?.status === 'verified' ? external_account : undefined
  const strategy = account?.strategy ?? (password ? 'password' : (email ?? phone)?.strategy)
  store.transaction(() => {
    const joining = invitation_id ? organizations.invitations.find(invitation_id) : undefined
    const { public_metadata } = invitation_id && !joining ? invitations.accept(invitation_id) : {}
    if (invitation_id) waitlist.accepted(invitation_id)
    const user = users.create(
      {
        username,
        first_name,
        last_name,
        unsafe_metadata,
        public_metadata,
        locale,
        timezone,
        legal_accepted_at,
        external_id,
        email_address: email_address ? [email_address] : [],
        phone_number: phone_number ? [phone_number] : [],
      },
      { hash: password ?? undefined, external_account: account && profile ? accountOf(profile, account) : undefined },
    )
    if (joining) organizations.invitations.accept(joining, user.id)
    signUp.created_user_id = user.id
    signUp.created_session_id = startSession(context, event, client, user, { strategy }).id
    signUp.password = null
  })
}
