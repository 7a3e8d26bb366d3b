import { sync } from '$lib/server/sync'
import type { RequestHandler } from './$types'

/** For every method. */
export const fallback: RequestHandler = ({ request }) => sync.fetch(request)
