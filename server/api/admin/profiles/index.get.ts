import { defineEventHandler } from 'h3'
import { useRuntimeConfig } from 'nitropack/runtime'
import { profileSearch } from '../../../../shared/search.ts'
import { searchUsers } from '../../../admin/search/search-users.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { identities } from '../../../utils/identities.ts'
import { validQuery } from '../../../utils/input.ts'

/** A page of profiles by country, birthday and more. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  const { sort, cursor, limit, ...filter } = validQuery(event, profileSearch)
  const { secretKey } = useRuntimeConfig(event).clerk
  return answer(searchUsers({ filter, sort, cursor, limit }, { secret: secretKey!, users: identities(event) }))
})
