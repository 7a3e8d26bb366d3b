import mongoose from 'mongoose'
import { leadingFormats } from '../../../shared/date-formats.ts'
import type { BadRow, FileLayout, ImportAnswer } from '../../../shared/import.ts'
import { fieldNames } from '../../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../../shared/profile.ts'
import { database } from '../../database/connection.ts'
import { timeOf } from '../../database/profiles.ts'
import { checkCell, cleanId, clerkId, requireFormat, tallyDates } from './check-cell.ts'
import type { Reading } from './check-cell.ts'
import type { ImportQuery } from './import-query.ts'
import type { FileRow } from './read-csv.ts'
import { readPiece } from './read-piece.ts'
import { findProfiles, writeEdits } from '../write-edits.ts'

const mostSamples = 5

/** A user's fields that get other values. */
export interface ProfileChange {
  clerk_id: string
  fields: ProfileField[]
}

/** A row that says what it may. */
interface ValidRow {
  line: number
  clerk_id: string
  edit: ProfileEdit
}

/**
 * Imports the whole rows of a piece of a CSV or NDJSON file: what a cell says is stored, an empty one changes nothing.
 * A bad row stops no other. Applying a piece again changes nothing, so that an import goes on where it stopped.
 * @param audit  told of what will be changed, before it is
 * @throws UnreadableFile for what cannot be read as a file of profiles, and for dates that are to be written and whose
 *   format is not named
 * @throws MongoError when not all of it is durable, as when a user is deleted meanwhile: send the piece again
 */
export async function importPiece(piece: Buffer, options: ImportQuery, audit: (changes: ProfileChange[]) => Promise<void> = async () => {}): Promise<ImportAnswer> {
  const { layout, ignored, rows, bytes, nextLine } = readPiece(piece, options)
  const { readable, ...dates } = tallyDates(rows, layout.columns)
  if (!options.dry_run && !options.date_format) requireFormat({ ...dates, readable })
  const date_format = options.date_format ?? leadingFormats(dates.fits)[0] ?? 'ymd'
  const valid: ValidRow[] = []
  const invalid: BadRow[] = []
  const refuse = ({ line, clerk_id }: { line: number, clerk_id: string | null }, reason: string) => invalid.push({ line, clerk_id, reason })
  for (const row of rows) {
    const result = checkRow(row, { ...layout, date_format })
    if ('reason' in result) invalid.push(result)
    else valid.push(result)
  }
  await database()
  const stored = await findProfiles(valid.map(({ clerk_id }) => clerk_id))
  const known = valid.filter((row) => {
    const profile = stored.get(row.clerk_id)
    if (timeOf(profile, 'deleted_at')) refuse(row, 'This account was deleted')
    else if (!profile && !options.create) refuse(row, 'There is no profile of this user yet. Choose to make profiles, if the user exists')
    else return true
  })

  const edits = new Map<string, ProfileEdit>()
  // Of several values for a field, the last one.
  for (const { clerk_id, edit } of known) edits.set(clerk_id, { ...edits.get(clerk_id), ...edit })
  const changes = [...edits].map(([clerk_id, edit]) => {
    const profile = stored.get(clerk_id)
    return { clerk_id, isNew: !profile, edit: pick(edit, fieldNames.filter(field => field in edit && edit[field] !== profile?.[field])) }
  }).filter(({ isNew, edit }) => isNew || Object.keys(edit).length > 0)

  if (!options.dry_run && changes.length > 0) {
    await audit(changes.map(({ clerk_id, edit }) => ({ clerk_id, fields: Object.keys(edit) as ProfileField[] })))
    const refused = await writeEdits(changes.map(change => ({ ...change, upsert: change.isNew })))
    // Somebody made the row, or a tombstone, since the look: the next one finds it.
    for (const error of refused.values()) throw new mongoose.mongo.MongoServerError(error)
  }
  invalid.sort((a, b) => a.line - b.line)
  return {
    ...layout, ignored_columns: ignored, bytes, next_line: nextLine,
    rows: rows.length, valid: known.length, changed: changes.length, invalid,
    dates, date_format, samples: layout.encoding === 'windows-1252' ? samplesOf(rows) : [],
  }
}

function checkRow({ line, cells, reason }: FileRow, reading: Reading & Pick<FileLayout, 'columns'>): ValidRow | BadRow {
  const { columns } = reading
  const clerk_id = cleanId(cells[columns.indexOf('clerk_id')] ?? '') || null
  const refuse = (reason: string): BadRow => ({ line, clerk_id, reason })
  if (reason) return refuse(reason)
  // Spreadsheets leave empty cells at the end of a row out, or write some more.
  if (cells.slice(columns.length).some(cell => cell.trim() !== '')) {
    return refuse(`The row has ${cells.length} cells, the first line ${columns.length}`)
  }
  if (!clerk_id) return refuse('clerk_id: Enter the user\'s Clerk id')
  if (!clerkId.test(clerk_id)) return refuse('clerk_id: Enter an id as Clerk gives it, such as user_2abc')
  const edit: Record<string, unknown> = {}
  const messages: string[] = []
  for (const [index, column] of columns.entries()) {
    if (column === '' || column === 'clerk_id') continue
    const { value, message } = checkCell(column, cells[index] ?? '', reading)
    if (value !== undefined) edit[column] = value
    if (message) messages.push(`${column}: ${message}`)
  }
  return messages.length > 0 ? refuse(messages.join('. ')) : { line, clerk_id, edit }
}

/** Cells in which an encoding can be seen to be the right one. */
function samplesOf(rows: FileRow[]): string[] {
  const cells = rows.flatMap(row => row.cells.filter(cell => /[^\0-\x7F]/.test(cell)))
  return [...new Set(cells)].slice(0, mostSamples).map(cell => cell.slice(0, 80))
}

const pick = (edit: ProfileEdit, fields: ProfileField[]): ProfileEdit => Object.fromEntries(fields.map(field => [field, edit[field]]))
