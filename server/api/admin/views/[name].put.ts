import { defineEventHandler } from 'h3'
import { savedView, savedViewBody } from '../../../../shared/search.ts'
import { saveView } from '../../../admin/saved-views.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { identities } from '../../../utils/identities.ts'
import { readValid, validParam } from '../../../utils/input.ts'
import { limitWrites } from '../../../utils/rate-limit.ts'

/** Saves a search under a name, and replaces the one that had it. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireAdmin(event)
  const name = validParam(event, 'name', savedView.shape.name)
  const { query } = await readValid(event, savedViewBody)
  await limitWrites(clerk_id)
  return answer(saveView(clerk_id, { name, query }, identities(event)))
})
