import { sync } from '../../../sync'

const handle = (request: Request) => sync.fetch(request)

// All of them: Next.js answers a method that is missing here without saying what is allowed.
export { handle as GET, handle as POST, handle as PUT, handle as PATCH, handle as DELETE }
