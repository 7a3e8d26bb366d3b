import { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import type { H3Event } from 'h3'
import { sendStream, setResponseHeaders } from 'h3'
import { requestTimeoutMS, within } from '../deadline.ts'
import { answer } from './errors.ts'
import { log } from './log.ts'

/**
 * Sends a text of any length as fast as the client reads it: a piece is made when the one before is on its way. When
 * the client leaves, the work ends. A later failure breaks the connection, so that a part never looks like the whole.
 * @throws the HTTP error when the first piece fails or is late
 */
export async function sendPieces(
  event: H3Event,
  pieces: AsyncGenerator<string>,
  headers: Record<string, string>,
): Promise<void> {
  const { res } = event.node
  const path = event.path.split('?')[0]
  // Not awaited: a generator whose first piece is late returns only after that piece.
  const close = () => {
    pieces.return(undefined).catch(({ message }: Error) => log.error('A file was not closed', { path, error: message }))
  }
  const first = await answer(pieces.next()).catch((error) => {
    close()
    throw error
  })
  async function* all() {
    for (let next = first; !next.done;) {
      yield Buffer.from(next.value)
      // A database that freezes on the way ends the file, too.
      next = await within(requestTimeoutMS, pieces.next())
    }
  }
  setResponseHeaders(event, headers)
  const file = Readable.from(all())
  const isServer = res instanceof ServerResponse
  const sent = (isServer ? pipeline(file, res) : finished(file)).catch(({ code, message }: NodeJS.ErrnoException) => {
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE') log.error('A file broke off while it was sent', { path, error: message })
  }).finally(close)
  // A platform that calls a function for each request reads the stream after the function has returned.
  await (isServer ? sent : sendStream(event, Readable.toWeb(file) as ReadableStream))
}
