import { defineEventHandler, getRequestHost, getRequestProtocol, proxyRequest } from 'h3'

/** Hands `/__clerk/**` to Local Clerk, which refuses a host that is not this machine's. */
export default defineEventHandler(event =>
  proxyRequest(event, `${process.env.LOCAL_CLERK_URL}${event.path}`, {
    headers: {
      'x-forwarded-host': getRequestHost(event, { xForwardedHost: true }),
      'x-forwarded-proto': getRequestProtocol(event),
    },
    fetchOptions: { redirect: 'manual' },
  }),
)
