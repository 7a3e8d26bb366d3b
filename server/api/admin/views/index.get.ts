import { defineEventHandler } from 'h3'
import { listViews } from '../../../admin/saved-views.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'

/** My saved views. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireAdmin(event)
  return { views: await answer(listViews(clerk_id)) }
})
