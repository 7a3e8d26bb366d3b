import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { H3Event } from 'h3'
import { setResponseHeaders } from 'h3'
import { requestTimeoutMS, within } from '../deadline.ts'
import { answer } from './errors.ts'
import { log } from './log.ts'

/**
 * Sends a text of any length as the client takes it: a piece is made when the one before is on its way. A client
 * that leaves ends the work; a failure on the way breaks the connection, so that nobody takes the part for the whole.
 * @throws the HTTP error for what kept the first piece from coming in time
 */
export async function sendPieces(event: H3Event, pieces: AsyncGenerator<string>, headers: Record<string, string>): Promise<void> {
  const { res } = event.node
  async function* all(first: IteratorResult<string>) {
    for (let next = first; !next.done;) {
      yield next.value
      // A server that freezes on the way ends the file too.
      next = await within(requestTimeoutMS, pieces.next())
    }
  }
  try {
    const first = await answer(pieces.next())
    setResponseHeaders(event, headers)
    await pipeline(Readable.from(all(first)), res)
  }
  catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_STREAM_PREMATURE_CLOSE') return
    if (!res.headersSent) throw error
    log.error('A file broke off while it was sent', { path: event.path.split('?')[0], error: message })
  }
  finally {
    // Not waited for: after a first piece that was late it still looks for it.
    pieces.return(undefined).catch((error: Error) => log.error('A file was not closed', { path: event.path.split('?')[0], error: error.message }))
  }
}
