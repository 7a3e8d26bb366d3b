import { defineEventHandler, getRouterParam } from 'h3'
import { findPerson } from '../../profiles/directory.ts'
import { requireUser } from '../../utils/auth.ts'
import { answer, httpError } from '../../utils/errors.ts'
import { identities } from '../../utils/identities.ts'

/** A member of the directory. A private, a deleted and an unknown user are the same 404. */
export default defineEventHandler(async (event) => {
  requireUser(event)
  const person = await answer(findPerson(getRouterParam(event, 'clerk_id', { decode: true }) ?? '', identities(event)))
  if (!person) throw httpError(404, 'No member of the directory has this address')
  return person
})
