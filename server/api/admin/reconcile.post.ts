import { defineEventHandler } from 'h3'
import { reconcileRequest } from '../../../shared/sync.ts'
import { environment } from '../../environment.ts'
import { reconcile } from '../../sync/reconcile.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { readValid } from '../../utils/input.ts'
import { runPiece } from '../../utils/run-piece.ts'

/** Compares Clerk's users with the profiles. While `run.state` is `running`, the next request continues. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  const { repair, delete_limit = environment().RECONCILE_DELETE_LIMIT } = await readValid(event, reconcileRequest)
  return runPiece(options => reconcile({ ...options, repair, deleteLimit: delete_limit }))
})
