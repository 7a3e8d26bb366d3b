import { defineEventHandler, getRequestHeader } from 'h3'
import { httpError } from '../utils/errors.ts'

/**
 * Accepts a write from a page of this app, or from no page at all, as Clerk's webhooks are: another site's form or
 * script cannot use the cookies of a user who is signed in here.
 */
export default defineEventHandler((event) => {
  if (!event.path.startsWith('/api/') || ['GET', 'HEAD', 'OPTIONS'].includes(event.method)) return
  const site = getRequestHeader(event, 'sec-fetch-site')
  const origin = getRequestHeader(event, 'origin')
  // Older browsers send no Sec-Fetch-Site, but Origin with every write.
  const own = site
    ? site === 'same-origin' || site === 'none'
    : !origin || event.context.origins.includes(origin)
  if (!own) throw httpError(403, 'Changes are accepted from this app\'s own pages only')
})
