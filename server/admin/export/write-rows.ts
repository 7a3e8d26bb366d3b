import { stringify } from 'csv-stringify/sync'
import { guardFormula } from '../../../shared/formulas.ts'
import { fieldNames } from '../../../shared/profile.ts'
import type { ExportQuery } from '../../../shared/export.ts'
import type { AdminProfile } from '../../../shared/answers.ts'

const columns = ['clerk_id', ...fieldNames, 'visibility', 'birthday_visibility', 'created_at', 'updated_at']

const writers = {
  csv: (rows: AdminProfile[], header: boolean, bom: boolean) => stringify(rows, {
    columns,
    header,
    bom,
    record_delimiter: '\r\n',
    // Quote line breaks, and spaces that a reader may trim.
    quoted_match: /[\r\n]|^\s|\s$/,
    cast: { string: guardFormula },
  }),
  ndjson: (rows: AdminProfile[]) => rows.map(row => `${JSON.stringify(row)}\n`).join(''),
}

/**
 * Writes profiles as CSV (RFC 4180, with formulas escaped) or as NDJSON. It yields one piece of text per batch, and
 * reads the next batch only on demand.
 */
export async function* writeRows(
  batches: AsyncIterable<AdminProfile[]>,
  { format, bom }: Pick<ExportQuery, 'format' | 'bom'>,
): AsyncGenerator<string> {
  let isFirst = true
  for await (const rows of batches) {
    yield writers[format](rows, isFirst, isFirst && bom)
    isFirst = false
  }
  if (isFirst) yield writers[format]([], true, bom)
}
