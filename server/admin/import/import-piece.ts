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
import type { StoredProfile, UserEdit } from '../write-edits.ts'

const mostSamples = 5

/** The fields of a user that an import changes. */
interface ChangedFields {
  clerk_id: string
  fields: ProfileField[]
}

interface ProfileChange extends ChangedFields, UserEdit {}

/** What an import does beside writing profiles. */
export interface ImportHooks {
  /** Called with changes before they are written. */
  audit?: (changes: ChangedFields[]) => Promise<void>
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
  let known = 0
  let changed = 0

  /** Finds out what the rows of some users change, and records it in the audit log. */
  async function prepare(users: [clerk_id: string, rows: ValidRow[]][]): Promise<ProfileChange[]> {
    const stored = await findProfiles(users.map(([clerk_id]) => clerk_id))
    const changes: ProfileChange[] = []
    for (const [clerk_id, rows] of users) {
      const profile = stored.get(clerk_id)
      const issue = issueOf(profile, options)
      if (issue) {
        invalid.push(...rows.map(row => badRow(row, issue)))
        continue
      }
      known += rows.length
      // If several rows set a field, the last one wins.
      const edit: ProfileEdit = Object.assign({}, ...rows.map(row => row.edit))
      const fields = fieldNames.filter(field => field in edit && edit[field] !== profile?.[field])
      if (profile && fields.length === 0) continue
      changes.push({ clerk_id, fields, edit: pick(edit, fields), upsert: !profile })
    }
    changed += changes.length
    if (!options.dry_run && changes.length > 0) {
      await audit?.(changes.map(({ clerk_id, fields }) => ({ clerk_id, fields })))
    }
    return changes
  }

  async function write(changes: ProfileChange[]): Promise<void> {
    const refused = await writeEdits(changes)
    // The row or a tombstone was created since it was read. The next attempt finds it.
    for (const error of refused.values()) throw new WriteFailed(error)
    await giveWay?.()
  }

  const users = [...Map.groupBy(valid, ({ clerk_id }) => clerk_id)]
  const nextPart = () => users.length > 0 ? prepare(users.splice(0, maxStatements)) : undefined
  for (let next = nextPart(); next;) {
    const changes = await next
    // The next part is read and recorded while this one is written. If the write fails, nobody awaits it.
    next = nextPart()
    next?.catch(() => {})
    if (!options.dry_run && changes.length > 0) await write(changes)
  }
  invalid.sort((a, b) => a.line - b.line)
  return {
    ...layout,
    ignored_columns: ignored,
    bytes,
    next_line: nextLine,
    rows: rows.length,
    valid: known,
    changed,
    invalid,
    dates,
    date_format,
    samples: layout.encoding === 'windows-1252' ? samplesOf(rows) : [],
  }
}

/** Why a row cannot be imported to the stored profile, if so. */
function issueOf(profile: StoredProfile | undefined, { create }: ImportQuery): Issue | undefined {
  if (timeOf(profile, 'deleted_at')) return rowIssue('account_deleted', 'This account was deleted')
  if (profile || create) return undefined
  return rowIssue('profile_missing', 'This user has no profile yet. Turn on creating profiles if the user exists')
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
