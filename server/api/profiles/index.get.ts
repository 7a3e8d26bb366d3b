import { defineEventHandler } from 'h3'
import { directoryQuery, listPeople } from '../../profiles/directory.ts'
import { requireUser } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'
import { identities } from '../../utils/identities.ts'
import { validQuery } from '../../utils/input.ts'

/** The directory: members who opted in, for anyone signed in. */
export default defineEventHandler(async (event) => {
  requireUser(event)
  const page = validQuery(event, directoryQuery)
  return answer(listPeople(page, identities(event)))
})
