import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { createProxyServer } from 'httpxy'

/**
 * Clerk's public variables by the names of every example's SDK. Each framework has its own prefix for the variables
 * that browsers may see.
 */
export function publicVariables(publishableKey: string): Record<string, string> {
  const scripts = '/__clerk/npm/@clerk'
  const variables = {
    CLERK_PUBLISHABLE_KEY: publishableKey,
    CLERK_PROXY_URL: '/__clerk',
    // Some SDKs make the proxy's URL absolute, and load the scripts from there by https only.
    CLERK_JS_URL: `${scripts}/clerk-js@6/dist/clerk.browser.js`,
    CLERK_UI_URL: `${scripts}/ui@1/dist/ui.browser.js`,
  }
  return Object.fromEntries(['', 'NEXT_PUBLIC_', 'PUBLIC_', 'VITE_'].flatMap(prefix =>
    Object.entries(variables).map(([name, value]) => [prefix + name, value]),
  ))
}

/**
 * Serves an example and Local Clerk at one origin, since cookies are for one: Local Clerk at `/__clerk`, the example
 * everywhere else, with its WebSockets.
 * @param port  where it listens, on localhost
 * @param example  the example's own address
 * @param localClerk  Local Clerk's own address
 * @returns the end of the server
 */
export async function serveWithLocalClerk(port: number, example: string, localClerk: string): Promise<() => void> {
  const proxy = createProxyServer()
  const optionsOf = ({ url, headers: { host = '' } }: IncomingMessage) => {
    if (!/^\/__clerk(\/|$)/.test(url!)) return { target: example }
    // Local Clerk refuses a host that is not its own.
    const headers = { 'x-forwarded-host': host, 'x-forwarded-proto': 'http' }
    return { target: localClerk, changeOrigin: true, headers }
  }
  const server = createServer(async (request, response) => {
    await proxy.web(request, response, optionsOf(request)).catch(() => {
      if (!response.headersSent) response.writeHead(502).end('The example does not respond. It may still be starting.')
      else response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => {
    proxy.ws(request, socket as Socket, optionsOf(request), head).catch(() => socket.destroy())
  })
  server.listen(port, 'localhost')
  await once(server, 'listening')
  return () => {
    server.close()
    server.closeAllConnections()
  }
}
