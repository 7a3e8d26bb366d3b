import * as z from 'zod/mini'
import { profileFilter, profileSearch } from './search.ts'

/** The query of GET /api/admin/profiles/export: a search and the format of the file. */
export const exportQuery = z.extend(profileFilter, {
  sort: profileSearch.shape.sort,
  format: z._default(z.enum(['csv', 'ndjson'], 'Choose csv or ndjson'), 'csv').check(
    z.describe('csv, with formulas escaped for spreadsheets, or ndjson, one JSON object per line'),
  ),
  bom: z._default(z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'Give true or false' }), false).check(
    z.describe('Starts a CSV file with a byte order mark, so that spreadsheets read it as UTF-8'),
  ),
})
export type ExportQuery = z.infer<typeof exportQuery>
