import * as z from 'zod/mini'
import { dateFormats } from '../../../shared/date-formats.ts'
import { encodings } from '../../../shared/file-kind.ts'
import { delimiter, importColumns, importFormats } from '../../../shared/import.ts'
import { fieldNames } from '../../../shared/profile.ts'

function flag(value: boolean) {
  return z._default(z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'Give true or false' }), value)
}

const lineMessage = 'Give the number of a line, from 1'
const lineNumber = z.coerce.number(lineMessage).check(z.int(lineMessage), z.minimum(1, lineMessage))
const fromFirst = 'For later pieces: the value from the response to the first piece'

/** The query of POST /api/admin/import. The body is a piece of a file. */
export const importQuery = z.strictObject({
  dry_run: flag(true).check(z.describe('Writes nothing. The response reports what the import would change')),
  create: flag(false).check(z.describe('Creates profiles for users who have none yet')),
  last: flag(false).check(z.describe('This is the last piece of the file')),
  line: z._default(lineNumber, 1).check(z.describe('The line of the file at which the piece starts')),
  encoding: z.optional(z.enum(encodings, `One of ${encodings.join(', ')}`)).check(z.describe(
    'The encoding of the file. By default the first piece is read as UTF-16 if it looks like it, or else as UTF-8. '
    + fromFirst,
  )),
  date_format: z.optional(z.enum(dateFormats, `One of ${dateFormats.join(', ')}`)).check(z.describe(
    'The format of the dates: ymd (1990-05-12, 1990/05/12, an ISO 8601 time), dmy (12.05.1990, 12/05/1990), '
    + 'mdy (5/12/1990) or serial (33005, a spreadsheet\'s count of days since 1900). Without it, a dry run reports '
    + 'which formats fit, and an import accepts only ymd and answers other dates with 422',
  )),
  columns: z.optional(z.pipe(
    z.pipe(z.string(), z.transform(text => text.split(','))),
    z.array(z.enum(importColumns, `Columns, empty for an ignored one: clerk_id, ${fieldNames.join(', ')}`)),
  )).check(z.describe(fromFirst)),
  delimiter: z.optional(z.string().check(
    z.regex(new RegExp(`^${delimiter.source}$`), 'Give a tab, or one symbol such as a comma or a semicolon'),
  )).check(z.describe(fromFirst)),
  format: z.optional(z.enum(importFormats, `One of ${importFormats.join(', ')}`)).check(z.describe(fromFirst)),
}, {
  error: issue => issue.code === 'unrecognized_keys'
    ? `There is no such parameter: ${issue.keys.join(', ')}`
    : undefined,
})
export type ImportQuery = z.infer<typeof importQuery>
