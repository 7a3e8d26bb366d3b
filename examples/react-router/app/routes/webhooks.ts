import { sync } from '../sync.server'
import type { Route } from './+types/webhooks'

const handle = ({ request }: Route.ActionArgs) => sync.fetch(request)

// The loader answers GET, the action everything else.
export { handle as action, handle as loader }
