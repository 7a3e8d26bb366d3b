import { defineEventHandler } from 'h3'
import { todayInUTC } from '../../../../shared/calendar.ts'
import { exportQuery } from '../../../../shared/export.ts'
import { exportProfiles } from '../../../admin/export/export-profiles.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { identities } from '../../../utils/identities.ts'
import { validQuery } from '../../../utils/input.ts'
import { sendPieces } from '../../../utils/send-pieces.ts'

const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' }

/** The profiles that fit, as a file. */
export default defineEventHandler(async (event) => {
  const { clerk_id: actor_id } = requireAdmin(event)
  const { sort, format, bom, ...filter } = validQuery(event, exportQuery)
  const found = filter.q === undefined ? undefined : await answer(identities(event).search(filter.q))
  await sendPieces(event, exportProfiles({ filter, sort, found: found?.ids }, { actor_id, format, bom }), {
    'content-type': types[format],
    'content-disposition': `attachment; filename="addendum-profiles-${todayInUTC()}.${format}"`,
  })
})
