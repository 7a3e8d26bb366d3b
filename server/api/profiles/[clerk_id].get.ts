import { findPerson } from '../../profiles/directory.ts'

/** One of the directory. Somebody private, deleted or unknown is the same 404. */
export default defineEventHandler(async (event) => {
  requireUser(event)
  const person = await answer(findPerson(getRouterParam(event, 'clerk_id', { decode: true }) ?? '', identities(event)))
  if (!person) throw httpError(404, 'Nobody in the directory has this address')
  return person
})
