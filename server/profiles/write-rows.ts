import { stringify } from 'csv-stringify/sync'
import { guardFormula } from '../../shared/formulas.ts'
import { fieldNames } from '../../shared/profile.ts'
import type { ExportQuery } from '../../shared/export.ts'
import type { AdminProfile } from '../../shared/search.ts'

const columns = ['clerk_id', ...fieldNames, 'visibility', 'birthday_visibility', 'created_at', 'updated_at']

/** Rows that are written at once, and sent as one piece. */
const batchSize = 500

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
 * Profiles as a CSV file (RFC 4180, with formulas guarded) or as JSON, one a line: in pieces of text, each when it
 * is asked for. The first is there with the first row.
 */
export async function* writeRows(rows: AsyncIterable<AdminProfile>, { format, bom }: Pick<ExportQuery, 'format' | 'bom'>): AsyncGenerator<string> {
  let isFirst = true
  let batch: AdminProfile[] = []
  const write = () => {
    const text = writers[format](batch, isFirst, isFirst && bom)
    isFirst = false
    batch = []
    return text
  }
  for await (const row of rows) {
    batch.push(row)
    if (isFirst || batch.length === batchSize) yield write()
  }
  if (isFirst || batch.length > 0) yield write()
}
