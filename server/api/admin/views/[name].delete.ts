import { defineEventHandler, setResponseStatus } from 'h3'
import { savedView } from '../../../../shared/search.ts'
import { deleteView } from '../../../admin/saved-views.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { validParam } from '../../../utils/input.ts'
import { limitWrites } from '../../../utils/rate-limit.ts'

/** Deletes one of my saved views. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireAdmin(event)
  const name = validParam(event, 'name', savedView.shape.name)
  await limitWrites(clerk_id)
  await answer(deleteView(clerk_id, name))
  setResponseStatus(event, 204)
  return null
})
