import { createConsola } from 'consola'
import type { Log } from '../sync/receive.ts'

/** In production one JSON object per line on standard output; in development consola's own format. */
const consola = createConsola({
  // Consola would drop repeated lines, and every event needs its line.
  throttle: 0,
  reporters: import.meta.dev
    ? undefined
    : [{ log: ({ type, date, args: [line, fields] }) => {
        process.stdout.write(`${JSON.stringify({ time: date, level: type, line, ...fields })}\n`)
      } }],
})

// When the reader of the log has gone, each line raises an error. Uncaught, it would be logged again, without end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

export const log: Log = {
  info: (line, fields) => consola.info(line, fields),
  warn: (line, fields) => consola.warn(line, fields),
  error: (line, fields) => consola.error(line, fields),
}
