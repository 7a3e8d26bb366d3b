import { createConsola } from 'consola'
import type { Log } from '../sync/receive.ts'

let lines = ''

function flush(): void {
  process.stdout.write(lines)
  lines = ''
}

/** Writes a JSON object per line. All lines of a tick are one write. */
const json = (level: keyof Log) => (line: string, fields: Record<string, unknown>) => {
  if (lines === '') setImmediate(flush)
  lines += `${JSON.stringify({ time: new Date(), level, line, ...fields })}\n`
}
process.on('exit', flush)

// When the reader of the log has gone, each line raises an error. Uncaught, it would be logged again, without end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

/** In development consola's own format. It would drop repeated lines, and every event needs its line. */
export const log: Log = import.meta.dev
  ? createConsola({ throttle: 0 })
  : { info: json('info'), warn: json('warn'), error: json('error') }
