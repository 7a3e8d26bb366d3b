import { defineEventHandler } from 'h3'
import { environment } from '../../environment.ts'
import { publishDue } from '../../profiles/publish.ts'
import { catchUp } from '../../sync/catch-up.ts'
import { reconcileIfDue } from '../../sync/reconcile.ts'
import { requireBearer } from '../../utils/bearer.ts'
import { log } from '../../utils/log.ts'
import { runPiece } from '../../utils/run-piece.ts'
import { syncOptions } from '../../utils/sync-options.ts'

/** How long one call sends fields to the session token, in milliseconds. The next one continues. */
const publishMS = 5_000

/** For the cron of a platform whose processes do not live on: a catch-up, and the reconcile that it may ask for. */
export default defineEventHandler(async (event) => {
  const { CRON_SECRET, RECONCILE_WHEN_DUE, RECONCILE_DELETE_LIMIT } = environment()
  requireBearer(event, CRON_SECRET)
  await publishDue({ ...syncOptions(), signal: AbortSignal.timeout(publishMS) }).catch((error: Error) => {
    log.warn('Fields are not in the session token yet', { error: error.message })
  })
  const { run } = await runPiece(catchUp)
  if (run.state !== 'done' || RECONCILE_WHEN_DUE === 'off') return { run }
  return runPiece(async options => (await reconcileIfDue(RECONCILE_DELETE_LIMIT, options)) ?? run)
})
