import { leadingFormats } from '../../../shared/date-formats.ts'
import type { BadRow, FileLayout, ImportAnswer } from '../../../shared/answers.ts'
import type { Issue } from '../../../shared/issues.ts'
import { fieldNames } from '../../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../../shared/profile.ts'
import { database } from '../../database/connection.ts'
import { timeOf } from '../../database/profiles.ts'
import { maxStatements, WriteFailed } from '../../database/write-batch.ts'
import { checkCell, cleanId, clerkId, requireFormat, tallyDates } from './check-cell.ts'
import type { Reading } from './check-cell.ts'
import type { ImportQuery } from './import-query.ts'
import type { FileRow } from './read-csv.ts'
import { readPiece } from './read-piece.ts'
import { rowIssue } from './row-issue.ts'
import { findProfiles, writeEdits } from '../write-edits.ts'

const mostSamples = 5

/** The fields of a user that an import changes. */
interface ProfileChange {
  clerk_id: string
  fields: ProfileField[]
}

/** What an import does beside writing profiles. */
export interface ImportHooks {
  /** Called with changes before they are written. */
  audit?: (changes: ProfileChange[]) => Promise<void>
  /** Called after each of its writes. Others get the database until it resolves. */
  giveWay?: () => Promise<void>
}

/** A row without errors. */
interface ValidRow {
  line: number
  clerk_id: string
  edit: ProfileEdit
}

/**
 * Imports the complete rows in a piece of a CSV or NDJSON file. Empty cells change nothing, and an invalid row does not
 * affect the others. Importing a piece again changes nothing, so an interrupted import can continue with it.
 * @throws UnreadableFile if this is not a file of profiles, or if it would write dates without knowing their format
 * @throws MongoError when a write did not become durable, for example because a user was deleted meanwhile; the client
 *   sends the piece again
 */
export async function importPiece(
  piece: Buffer,
  options: ImportQuery,
  { audit, giveWay }: ImportHooks = {},
): Promise<ImportAnswer> {
  const { layout, ignored, rows, bytes, nextLine } = readPiece(piece, options)
  const { readable, ...dates } = tallyDates(rows, layout.columns)
  if (!options.dry_run && !options.date_format) requireFormat({ ...dates, readable })
  const date_format = options.date_format ?? leadingFormats(dates.fits)[0] ?? 'ymd'
  const valid: ValidRow[] = []
  const invalid: BadRow[] = []
  for (const row of rows) {
    const result = checkRow(row, { ...layout, date_format })
    if ('issues' in result) invalid.push(result)
    else valid.push(result)
  }
  await database()
  const stored = await findProfiles(valid.map(({ clerk_id }) => clerk_id))
  const known = valid.filter((row) => {
    const profile = stored.get(row.clerk_id)
    if (timeOf(profile, 'deleted_at')) {
      invalid.push(badRow(row, rowIssue('account_deleted', 'This account was deleted')))
      return false
    }
    if (!profile && !options.create) {
      const message = 'This user has no profile yet. Turn on creating profiles if the user exists'
      invalid.push(badRow(row, rowIssue('profile_missing', message)))
      return false
    }
    return true
  })

  const edits = new Map<string, ProfileEdit>()
  // If several rows set a field, the last one wins.
  for (const { clerk_id, edit } of known) edits.set(clerk_id, { ...edits.get(clerk_id), ...edit })
  const changes = [...edits]
    .map(([clerk_id, edit]) => {
      const profile = stored.get(clerk_id)
      const changed = fieldNames.filter(field => field in edit && edit[field] !== profile?.[field])
      return { clerk_id, isNew: !profile, edit: pick(edit, changed) }
    })
    .filter(({ isNew, edit }) => isNew || Object.keys(edit).length > 0)

  for (let start = 0; !options.dry_run && start < changes.length; start += maxStatements) {
    const part = changes.slice(start, start + maxStatements)
    await audit?.(part.map(({ clerk_id, edit }) => ({ clerk_id, fields: Object.keys(edit) as ProfileField[] })))
    const refused = await writeEdits(part.map(change => ({ ...change, upsert: change.isNew })))
    // The row or a tombstone was created since it was read. The next attempt finds it.
    for (const error of refused.values()) throw new WriteFailed(error)
    await giveWay?.()
  }
  invalid.sort((a, b) => a.line - b.line)
  return {
    ...layout,
    ignored_columns: ignored,
    bytes,
    next_line: nextLine,
    rows: rows.length,
    valid: known.length,
    changed: changes.length,
    invalid,
    dates,
    date_format,
    samples: layout.encoding === 'windows-1252' ? samplesOf(rows) : [],
  }
}

function badRow({ line, clerk_id }: Pick<BadRow, 'line' | 'clerk_id'>, ...issues: Issue[]): BadRow {
  const reasons = issues.map(({ path, message }) => path ? `${path}: ${message}` : message)
  return { line, clerk_id, reason: reasons.join('. '), issues }
}

function checkRow({ line, cells, issue }: FileRow, reading: Reading & Pick<FileLayout, 'columns'>): ValidRow | BadRow {
  const { columns } = reading
  const clerk_id = cleanId(cells[columns.indexOf('clerk_id')] ?? '') || null
  const refuse = (...issues: Issue[]) => badRow({ line, clerk_id }, ...issues)
  if (issue) return refuse(issue)
  // Spreadsheets leave out empty cells at the end of a row, or add some.
  if (cells.slice(columns.length).some(cell => cell.trim() !== '')) {
    const message = `The row has ${cells.length} cells, but the first line has ${columns.length}`
    const params = { cells: cells.length, columns: columns.length }
    return refuse(rowIssue('cell_count', message, { params }))
  }
  const path = 'clerk_id'
  if (!clerk_id) return refuse(rowIssue('clerk_id_missing', 'Enter the user\'s Clerk id', { path }))
  if (!clerkId.test(clerk_id)) {
    return refuse(rowIssue('clerk_id_invalid', 'Enter a Clerk user id, such as user_2abc', { path }))
  }
  const edit: Record<string, unknown> = {}
  const issues: Issue[] = []
  for (const [index, column] of columns.entries()) {
    if (column === '' || column === 'clerk_id') continue
    const { value, issue } = checkCell(column, cells[index] ?? '', reading)
    if (value !== undefined) edit[column] = value
    if (issue) issues.push(issue)
  }
  return issues.length > 0 ? refuse(...issues) : { line, clerk_id, edit }
}

/** Cells that show whether the encoding is right. */
function samplesOf(rows: FileRow[]): string[] {
  const cells = rows.flatMap(row => row.cells.filter(cell => /[^\0-\x7F]/.test(cell)))
  return [...new Set(cells)].slice(0, mostSamples).map(cell => cell.slice(0, 80))
}

function pick(edit: ProfileEdit, fields: ProfileField[]): ProfileEdit {
  return Object.fromEntries(fields.map(field => [field, edit[field]]))
}
