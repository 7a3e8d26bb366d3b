import type { Server } from 'node:http'
import type { H3Event } from 'h3'

/** Whether the process is stopping: then readiness fails, and connections are closed after their answer. */
export const stopping = {
  hasBegun: false,
  /** The HTTP server, known since the first request. */
  server: undefined as Server | undefined,
}

/** Closes the connection of a request after its answer if the process is stopping. Call it before the answer. */
export function closeConnection({ node: { req, res } }: H3Event): void {
  stopping.server ??= (req.socket as { server?: Server }).server
  if (stopping.hasBegun && !res.headersSent) res.setHeader('connection', 'close')
}
