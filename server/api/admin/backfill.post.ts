import { defineEventHandler } from 'h3'
import { backfill } from '../../sync/backfill.ts'
import { run } from '../../sync/run.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { runPiece } from '../../utils/run-piece.ts'

/** Reads all of Clerk's users. While `run.state` is `running`, the next request continues. */
export default defineEventHandler((event) => {
  requireAdmin(event)
  return runPiece(options => run(backfill, options))
})
