import { defineEventHandler } from 'h3'
import { todayInUTC } from '../../../../shared/calendar.ts'
import { exportQuery } from '../../../../shared/export.ts'
import { exportProfiles } from '../../../admin/export/export-profiles.ts'
import { prepareFilter } from '../../../admin/search/prepare-filter.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { identities } from '../../../utils/identities.ts'
import { validQuery } from '../../../utils/input.ts'
import { sendPieces } from '../../../utils/send-pieces.ts'

const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' }

/** The matching profiles, as a file. */
export default defineEventHandler(async (event) => {
  const { clerk_id: actor_id } = requireAdmin(event)
  const { sort, format, bom, ...filter } = validQuery(event, exportQuery)
  const search = await answer(prepareFilter(filter, identities(event)))
  await sendPieces(event, exportProfiles({ ...search, sort }, { actor_id, format, bom }), {
    'content-type': types[format],
    'content-disposition': `attachment; filename="addendum-profiles-${todayInUTC()}.${format}"`,
  })
})
