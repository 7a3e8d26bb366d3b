import { directoryQuery, listPeople } from '../../profiles/directory.ts'

/** The directory: those who opted in, for anyone signed in. */
export default defineEventHandler(async (event) => {
  requireUser(event)
  const page = validQuery(event, directoryQuery)
  return answer(listPeople(page, identities(event)))
})
