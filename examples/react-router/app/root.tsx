import { ClerkProvider } from '@clerk/react-router'
import { clerkMiddleware, rootAuthLoader } from '@clerk/react-router/server'
import { Links, Meta, Outlet, Scripts, ScrollRestoration } from 'react-router'
import type { Route } from './+types/root'
import './style.css'

const clerk = clerkMiddleware()

// Clerk's webhooks have no session.
export const middleware: Route.MiddlewareFunction[] = [
  (args, next) => new URL(args.request.url).pathname === '/api/webhooks' ? next() : clerk(args, next),
]

export const loader = (args: Route.LoaderArgs) => rootAuthLoader(args)

export default function App({ loaderData }: Route.ComponentProps) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Your profile</title>
        <Meta />
        <Links />
      </head>
      <body>
        <ClerkProvider loaderData={loaderData}>
          <Outlet />
        </ClerkProvider>
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  )
}
