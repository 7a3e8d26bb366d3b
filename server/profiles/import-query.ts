import * as z from 'zod/mini'
import { delimiters, importColumns } from '../../shared/import.ts'
import { fieldNames } from '../../shared/profile.ts'

const flag = (value: boolean) => z._default(z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'Give true or false' }), value)
const line = 'Give the number of a line, from 1'

/** The query of POST /api/admin/import, of which a piece of a file is the body. */
export const importQuery = z.strictObject({
  dry_run: flag(true).check(z.describe('Nothing is written: the answer says what would be')),
  create: flag(false).check(z.describe('Makes the profiles of users that have none yet')),
  last: flag(false).check(z.describe('The file ends with this piece')),
  line: z._default(z.coerce.number(line).check(z.int(line), z.minimum(1, line)), 1).check(z.describe('The line of the file that the piece starts at')),
  columns: z.optional(z.pipe(
    z.pipe(z.string(), z.transform(text => text.split(','))),
    z.array(z.enum(importColumns, `Columns, and nothing for an ignored one: clerk_id, ${fieldNames.join(', ')}`)),
  )).check(z.describe('What the first piece was answered with, for those after it')),
  delimiter: z.optional(z.enum(delimiters, 'A comma, a semicolon or a tab')).check(z.describe('What the first piece was answered with, for those after it')),
}, { error: issue => issue.code === 'unrecognized_keys' ? `There is no such parameter: ${issue.keys.join(', ')}` : undefined })
export type ImportQuery = z.infer<typeof importQuery>
