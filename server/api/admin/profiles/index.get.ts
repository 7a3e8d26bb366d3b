import { profileSearch } from '../../../../shared/search.ts'
import { searchUsers } from '../../../profiles/search/search-users.ts'

/** Profiles by country, birthday and more, a page at a time. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  const { sort, cursor, limit, ...filter } = validQuery(event, profileSearch)
  const { secretKey } = useRuntimeConfig(event).clerk
  return answer(searchUsers({ filter, sort, cursor, limit }, { secret: secretKey!, directory: identities(event) }))
})
