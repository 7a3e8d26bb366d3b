import * as z from 'zod/mini'
import { profileFilter, profileSearch } from './search.ts'

/** The query of GET /api/admin/profiles/export: a search, and how its profiles are written. */
export const exportQuery = z.extend(profileFilter, {
  sort: profileSearch.shape.sort,
  format: z._default(z.enum(['csv', 'ndjson'], 'Choose csv or ndjson'), 'csv').check(z.describe('CSV, with formulas guarded for spreadsheets, or JSON, one profile a line')),
  bom: z._default(z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'Give true or false' }), false).check(z.describe('A byte order mark at the start of a CSV file, by which spreadsheets take it for UTF-8')),
})
export type ExportQuery = z.infer<typeof exportQuery>
