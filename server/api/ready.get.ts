import { defineEventHandler } from 'h3'
import { indexDifferences, indexFailures, ping } from '../database/connection.ts'
import { httpError } from '../utils/errors.ts'
import { log } from '../utils/log.ts'
import { stopping } from '../utils/stopping.ts'
import { IndexMissing } from '../errors.ts'

/**
 * The database is reachable, its indexes are built, and the server is not about to stop. An index that is not as
 * declared is named: searches are slow, but a new version of the app may start.
 */
export default defineEventHandler(async () => {
  if (stopping.hasBegun) throw httpError(503, 'The server is stopping')
  await ping().catch((error: Error) => {
    log.warn('Not ready', { error: error.message })
    throw httpError(503, error instanceof IndexMissing ? error.message : 'The database is unavailable')
  })
  const indexes = indexFailures()
  if (indexes.length > 0) throw httpError(503, `The database is reachable, but its ${indexes[0]}`, { indexes })
  const different = indexDifferences()
  return { status: 'ready', ...(different.length > 0 && { indexes: different }) }
})
