import { defineEventHandler } from 'h3'
import { resyncRequest } from '../../../../../shared/sync.ts'
import { resync } from '../../../../admin/resync.ts'
import { requireAdmin } from '../../../../utils/auth.ts'
import { answer } from '../../../../utils/errors.ts'
import { clerkIdParam, readValid } from '../../../../utils/input.ts'
import { limitWrites } from '../../../../utils/rate-limit.ts'
import { syncOptions } from '../../../../utils/sync-options.ts'

/** Applies a user to their profile, as Clerk has them now. */
export default defineEventHandler(async (event) => {
  const { clerk_id: actor_id } = requireAdmin(event)
  const clerk_id = clerkIdParam(event)
  const { bury } = await readValid(event, resyncRequest)
  await limitWrites(actor_id)
  return { outcome: await answer(resync({ ...syncOptions(), actor_id, clerk_id, bury })) }
})
