import * as z from 'zod/mini'
import { savedView } from '../../../../shared/search.ts'
import { saveView } from '../../../profiles/saved-views.ts'

const body = z.pick(savedView, { query: true })

/** Saves a search under a name, in the place of the one that had it. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireAdmin(event)
  const name = validParam(event, 'name', savedView.shape.name)
  const { query } = await readValid(event, body)
  await limitWrites(event, clerk_id)
  return answer(saveView(clerk_id, { name, query }))
})
