import { createConsola } from 'consola'
import type { Log } from '../sync/receive.ts'

/** In production a JSON object a line on standard output, in development consola's own look. */
const consola = createConsola({
  // Consola drops lines that repeat; each event's line counts.
  throttle: 0,
  reporters: import.meta.dev
    ? undefined
    : [{ log: ({ type, date, args: [line, fields] }) => {
        process.stdout.write(`${JSON.stringify({ time: date, level: type, line, ...fields })}\n`)
      } }],
})

// Once nobody reads it, each line is an error. Uncaught, that would be logged as well, and so on without end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

export const log: Log = {
  info: (line, fields) => consola.info(line, fields),
  warn: (line, fields) => consola.warn(line, fields),
  error: (line, fields) => consola.error(line, fields),
}
