import { defineEventHandler } from 'h3'
import { profileFilter } from '../../../../shared/search.ts'
import { countTotal } from '../../../admin/search/count-total.ts'
import { prepareFilter } from '../../../admin/search/prepare-filter.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { identities } from '../../../utils/identities.ts'
import { validQuery } from '../../../utils/input.ts'

/** The number of matching profiles. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  const filter = validQuery(event, profileFilter)
  const search = await answer(prepareFilter(filter, identities(event)))
  return answer(countTotal(search))
})
