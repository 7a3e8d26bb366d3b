import { defineEventHandler } from 'h3'
import { environment } from '../../environment.ts'
import { catchUp } from '../../sync/catch-up.ts'
import { reconcileIfDue } from '../../sync/reconcile.ts'
import { requireBearer } from '../../utils/bearer.ts'
import { runPiece } from '../../utils/run-piece.ts'

/** For the cron of a platform whose processes do not live on: a catch-up, and the reconcile that it may ask for. */
export default defineEventHandler(async (event) => {
  const { CRON_SECRET, RECONCILE_WHEN_DUE, RECONCILE_DELETE_LIMIT } = environment()
  requireBearer(event, CRON_SECRET)
  const { run } = await runPiece(catchUp)
  if (run.state !== 'done' || RECONCILE_WHEN_DUE === 'off') return { run }
  return runPiece(async options => (await reconcileIfDue(RECONCILE_DELETE_LIMIT, options)) ?? run)
})
