import { defineEventHandler, getRequestHost, getRequestProtocol, proxyRequest } from 'h3'

/** Forwards `/__clerk/**` to Local Clerk, which refuses any host that is not local. */
export default defineEventHandler(event =>
  proxyRequest(event, `${process.env.LOCAL_CLERK_URL}${event.path}`, {
    headers: {
      'x-forwarded-host': getRequestHost(event, { xForwardedHost: true }),
      'x-forwarded-proto': getRequestProtocol(event),
    },
    fetchOptions: { redirect: 'manual' },
  }),
)
