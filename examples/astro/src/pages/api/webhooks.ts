import type { APIRoute } from 'astro'
import { sync } from '../../sync'

export const ALL: APIRoute = ({ request }) => sync.fetch(request)
