import { stringify } from 'csv-stringify/sync'
import { guardFormula } from '../../../shared/formulas.ts'
import { fieldNames } from '../../../shared/profile.ts'
import type { ExportQuery } from '../../../shared/export.ts'
import type { AdminProfile } from '../../../shared/search.ts'

const columns = ['clerk_id', ...fieldNames, 'visibility', 'birthday_visibility', 'created_at', 'updated_at']

const writers = {
  csv: (rows: AdminProfile[], header: boolean, bom: boolean) => stringify(rows, {
    columns,
    header,
    bom,
    record_delimiter: '\r\n',
    // What a reader might take for the end of a row, or for nothing.
    quoted_match: /[\r\n]|^\s|\s$/,
    cast: { string: guardFormula },
  }),
  ndjson: (rows: AdminProfile[]) => rows.map(row => `${JSON.stringify(row)}\n`).join(''),
}

/**
 * Profiles as a CSV file (RFC 4180, with formulas guarded) or as JSON, one a line: a piece of text for each batch,
 * when it is asked for.
 */
export async function* writeRows(batches: AsyncIterable<AdminProfile[]>, { format, bom }: Pick<ExportQuery, 'format' | 'bom'>): AsyncGenerator<string> {
  let isFirst = true
  for await (const rows of batches) {
    yield writers[format](rows, isFirst, isFirst && bom)
    isFirst = false
  }
  if (isFirst) yield writers[format]([], true, bom)
}
