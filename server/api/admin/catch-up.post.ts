import { defineEventHandler } from 'h3'
import { catchUp } from '../../sync/catch-up.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { runPiece } from '../../utils/run-piece.ts'

/** Applies what changed in Clerk lately. While `run.state` is `running`, the next request continues. */
export default defineEventHandler((event) => {
  requireAdmin(event)
  return runPiece(catchUp)
})
