import { listViews } from '../../../profiles/saved-views.ts'

/** My saved views. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireAdmin(event)
  return { views: await answer(listViews(clerk_id)) }
})
