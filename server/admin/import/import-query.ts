import * as z from 'zod/mini'
import { dateFormats } from '../../../shared/date-formats.ts'
import { encodings } from '../../../shared/file-kind.ts'
import { delimiter, importColumns, importFormats } from '../../../shared/import.ts'
import { fieldNames } from '../../../shared/profile.ts'

const flag = (value: boolean) => z._default(z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'Give true or false' }), value)
const line = 'Give the number of a line, from 1'
const ofFirst = 'What the first piece was answered with, for those after it'

/** The query of POST /api/admin/import, of which a piece of a file is the body. */
export const importQuery = z.strictObject({
  dry_run: flag(true).check(z.describe('Nothing is written: the answer says what would be')),
  create: flag(false).check(z.describe('Makes the profiles of users that have none yet')),
  last: flag(false).check(z.describe('The file ends with this piece')),
  line: z._default(z.coerce.number(line).check(z.int(line), z.minimum(1, line)), 1).check(z.describe('The line of the file that the piece starts at')),
  encoding: z.optional(z.enum(encodings, `One of ${encodings.join(', ')}`)).check(z.describe(
    'How the file is encoded. Without it, the first piece is UTF-16 where it starts so, else UTF-8; '
    + 'for those after it, what the first was answered with',
  )),
  date_format: z.optional(z.enum(dateFormats, `One of ${dateFormats.join(', ')}`)).check(z.describe(
    'How the file writes its dates: ymd (1990-05-12, 1990/05/12, an ISO 8601 time), dmy (12.05.1990, 12/05/1990), '
    + 'mdy (5/12/1990), serial (33005, a spreadsheet\'s days from 1900). A dry run without it says which formats fit; '
    + 'an import without it takes ymd alone, and is refused with 422 where dates are written otherwise',
  )),
  columns: z.optional(z.pipe(
    z.pipe(z.string(), z.transform(text => text.split(','))),
    z.array(z.enum(importColumns, `Columns, and nothing for an ignored one: clerk_id, ${fieldNames.join(', ')}`)),
  )).check(z.describe(ofFirst)),
  delimiter: z.optional(
    z.string().check(z.regex(new RegExp(`^${delimiter.source}$`), 'A tab, or one sign such as a comma or a semicolon')),
  ).check(z.describe(ofFirst)),
  format: z.optional(z.enum(importFormats, `One of ${importFormats.join(', ')}`)).check(z.describe(ofFirst)),
}, { error: issue => issue.code === 'unrecognized_keys' ? `There is no such parameter: ${issue.keys.join(', ')}` : undefined })
export type ImportQuery = z.infer<typeof importQuery>
