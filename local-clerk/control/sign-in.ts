import { deleteCookie, defineEventHandler, getQuery, sendRedirect } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import {
  appOriginOf, clientOfDevBrowser, clientOrNew, devBrowserName, secretOf, setSessionTime, startSession,
} from '../frontend/requests.ts'
import { inPath, isLocal } from '../http.ts'
import { cookieSuffix } from '../keys.ts'
import type { Client } from '../sessions.ts'
import type { Ticket } from '../tickets.ts'
import { action, badRequest } from './context.ts'
import type { Context } from './context.ts'

const ticketSeconds = 60

/** Signing in to the app as any user. The ticket lets nobody but the page's visitor open the link. */
export function addSignInRoutes(router: Router, context: Context): void {
  const { users, tickets, lockout, keys, baseUrl } = context

  router.post('/control/users/:id/sign-in', action((event) => {
    const user = users.get(inPath(event, 'id'))
    if (user.banned) throw errors.banned()
    lockout.requireUnlocked(user)
    const app = appOf(context, event)
    const url = new URL(`${baseUrl}/control/sign-in`, app)
    // The app's dev browser is in a cookie of its host, which all ports share.
    if (app.hostname === '127.0.0.1') url.hostname = app.hostname
    url.searchParams.set('ticket', tickets.create('sign_in_token', { user_id: user.id }, ticketSeconds).token)
    return { url: url.href }
  }))

  router.get('/control/sign-in', defineEventHandler((event) => {
    const app = appOf(context, event)
    const ticket = tickets.redeem(String(getQuery(event).ticket ?? ''))
    if (keys.instance === 'development') {
      const client = clientOfDevBrowser(context, event)
      signIn(context, event, client, ticket)
      app.searchParams.set(devBrowserName, secretOf(client))
    }
    else {
      const client = clientOrNew(context, event)
      signIn(context, event, client, ticket)
      setSessionTime(context, event, client)
      // Of another user: without a token the app's server asks for one.
      for (const name of ['__session', `__session_${cookieSuffix(keys.publishableKey)}`]) deleteCookie(event, name)
    }
    return sendRedirect(event, app.href, 303)
  }))
}

/**
 * The home page of the app: at the origin of the request, where the app proxies Local Clerk, or else at that of its
 * webhook endpoint.
 * @throws ClerkError when the app's address is not known, or it is on another machine
 */
function appOf({ webhooks, keys, path }: Context, event: H3Event): URL {
  const origin = appOriginOf(event)
  const isProxied = keys.instance === 'production' && new URL(origin).port !== String(event.node.req.socket.localPort)
  const url = isProxied ? origin : webhooks.url()
  if (!url) throw badRequest('Local Clerk does not know your app\'s address. Start it with --webhook-url')
  if (!isLocal(url)) throw badRequest(`The app at ${new URL(url).origin} is not on this machine`)
  return new URL(keys.instance === 'production' ? `${path}/..` : '/', url)
}

/** Starts a session in this browser, or goes back to the one that the user has. Other accounts stay signed in. */
function signIn(context: Context, event: H3Event, client: Client, ticket: Ticket): void {
  const { sessions, settings, users } = context
  const open = sessions.ofClient(client.id)
  const known = ticket.actor ? undefined : open.find(({ user_id }) => user_id === ticket.user_id)
  if (known) {
    client.last_active_session_id = known.id
    sessions.saveClient(client)
    return
  }
  if (settings.current().single_session_mode) open.forEach(session => sessions.end(session, 'removed'))
  startSession(context, event, client, users.get(ticket.user_id), { ticket })
}
