import { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import type { H3Event } from 'h3'
import { sendStream, setResponseHeaders } from 'h3'
import { requestTimeoutMS, within } from '../deadline.ts'
import { answer } from './errors.ts'
import { log } from './log.ts'

/**
 * Sends a text of any length as the client takes it: a piece is made when the one before is on its way. A client
 * that leaves ends the work; a failure on the way breaks the connection, so that nobody takes the part for the whole.
 * @throws the HTTP error for what kept the first piece from coming in time
 */
export async function sendPieces(
  event: H3Event,
  pieces: AsyncGenerator<string>,
  headers: Record<string, string>,
): Promise<void> {
  const { res } = event.node
  const path = event.path.split('?')[0]
  // Not waited for: after a first piece that was late it still looks for it.
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
      // A server that freezes on the way ends the file too.
      next = await within(requestTimeoutMS, pieces.next())
    }
  }
  setResponseHeaders(event, headers)
  const file = Readable.from(all())
  const isServer = res instanceof ServerResponse
  const sent = (isServer ? pipeline(file, res) : finished(file)).catch(({ code, message }: NodeJS.ErrnoException) => {
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE') log.error('A file broke off while it was sent', { path, error: message })
  }).finally(close)
  // A platform that calls a function for each request takes the stream when the function has returned.
  await (isServer ? sent : sendStream(event, Readable.toWeb(file) as ReadableStream))
}
