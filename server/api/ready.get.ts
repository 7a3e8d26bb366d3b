import { defineEventHandler } from 'h3'
import { ping } from '../database/connection.ts'
import { httpError } from '../utils/errors.ts'
import { log } from '../utils/log.ts'

/** The database is reachable and its indexes are built. */
export default defineEventHandler(async () => {
  await ping().catch((error: Error) => {
    log.warn('Not ready', { error: error.message })
    throw httpError(503, 'The database is not reachable')
  })
  return { status: 'ready' }
})
