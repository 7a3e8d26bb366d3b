import { defineEventHandler, getQuery, sendRedirect } from 'h3'
import type { H3Event, Router } from 'h3'
import type { EmailLink } from '../email-links.ts'
import { ClerkError, errors } from '../errors.ts'
import { findAttempt, saveAttempt } from '../attempts.ts'
import type { SignIn, SignUp } from '../attempts.ts'
import type { Context } from './context.ts'
import { clientOf, setSessionTime } from './requests.ts'
import { complete, passFirstFactor } from './sign-in-steps.ts'
import { continueSignUp } from './sign-up-steps.ts'
import type { Verification } from '../verifications.ts'

/** What ClerkJS reads in the address of the page to which a link leads. */
interface Outcome {
  __clerk_status: 'verified' | 'transferable' | 'expired' | 'failed' | 'client_mismatch'
  __clerk_created_session?: string
}

/** Opens an emailed link, in whichever browser. The one that asked for it goes on by itself: ClerkJS polls. */
export function addVerifyRoute(router: Router, context: Context): void {
  const { emailLinks, store } = context

  router.get('/v1/verify', defineEventHandler((event) => {
    const link = emailLinks.find(String(getQuery(event).token))
    if (!link) throw errors.linkInvalid()
    const page = new URL(link.redirect_url)
    const outcome = store.transaction(() => open(context, event, link))
    for (const [name, value] of Object.entries(outcome)) page.searchParams.set(name, value)
    return sendRedirect(event, page.href, 303)
  }))
}

function open(context: Context, event: H3Event, link: EmailLink): Outcome {
  const { emailLinks, reverification, settings, sessions } = context
  const opener = clientOf(context, event)
  const client = sessions.getClient(link.client_id)
  if (link.status === 'used' || !client) return { __clerk_status: 'failed' }
  if (link.expires_at <= reverification.now()) return { __clerk_status: 'expired' }
  if (settings.current().email_link_same_client && opener?.id !== client.id) {
    return { __clerk_status: 'client_mismatch' }
  }
  emailLinks.use(link.id)
  const verify = (verification: Verification | null): Verification => {
    // A newer link, or a code, has replaced this one.
    if (verification?.link_id !== link.id) throw errors.linkInvalid()
    return { ...verification, status: 'verified', ...opener && { verified_at_client: opener.id } }
  }
  try {
    const outcome = verifySubject({ context, event, client }, link, verify)
    if (opener?.id === client.id) setSessionTime(context, event, client)
    return outcome
  }
  catch (error) {
    if (error instanceof ClerkError) return { __clerk_status: 'failed' }
    throw error
  }
}

type Verify = (verification: Verification | null) => Verification
type Request = Pick<Parameters<typeof complete>[0], 'context' | 'event' | 'client'>

function verifySubject(request: Request, { subject }: EmailLink, verify: Verify): Outcome {
  const { store, users } = request.context
  if (subject.type === 'email_address') {
    users.identifications.verify(subject.user_id, 'email_address', subject.id)
    return { __clerk_status: 'verified' }
  }
  const attempt = findAttempt<SignIn & SignUp>(store, subject.id)
  if (!attempt) throw errors.linkInvalid()
  if (subject.type === 'sign_up') {
    attempt.verifications.email_address = verify(attempt.verifications.email_address)
    continueSignUp({ ...request, signUp: attempt }, {})
  }
  else if (subject.type === 'second_factor') {
    attempt.second_factor = verify(attempt.second_factor)
    complete({ ...request, signIn: attempt })
  }
  else {
    attempt.first_factor = verify(attempt.first_factor)
    saveAttempt(store, attempt)
    passFirstFactor({ ...request, signIn: attempt })
  }
  return {
    __clerk_status: attempt.first_factor?.status === 'transferable' ? 'transferable' : 'verified',
    ...attempt.created_session_id && { __clerk_created_session: attempt.created_session_id },
  }
}
