import { savedView } from '../../../../shared/search.ts'
import { deleteView } from '../../../profiles/saved-views.ts'

/** Deletes one of my saved views. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireAdmin(event)
  const name = validParam(event, 'name', savedView.shape.name)
  await limitWrites(event, clerk_id)
  await answer(deleteView(clerk_id, name))
  setResponseStatus(event, 204)
  return null
})
