import mongoose from 'mongoose'
import { findCountry } from '../../shared/countries.ts'
import { leadingFormats, readDate } from '../../shared/date-formats.ts'
import type { DateFormat } from '../../shared/date-formats.ts'
import type { BadRow, FileLayout, ImportAnswer } from '../../shared/import.ts'
import { unguardFormula } from '../../shared/formulas.ts'
import { fieldNames, metaOf, profileFields } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../shared/profile.ts'
import { database } from '../database/connection.ts'
import { Profile } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { writeBatch } from '../database/write-batch.ts'
import { requestTimeoutMS } from '../deadline.ts'
import {
  cleanCell, cleanId, dateReason, isNothing, isNothingAsText, requireFormat, tallyDates,
} from './import-cells.ts'
import type { ImportQuery } from './import-query.ts'
import { alive, updateFor } from './profile.ts'
import type { FileRow } from './read-csv.ts'
import { readPiece } from './read-file.ts'

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
  const stored = await findProfiles(valid.map(({ clerk_id }) => clerk_id))
  const known = valid.filter((row) => {
    const profile = stored.get(row.clerk_id)
    if (profile?.deleted_at) refuse(row, 'This account was deleted')
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
    const errors = await writeBatch(Profile, changes.map(({ clerk_id, edit }) => ({
      updateOne: { filter: alive(clerk_id), update: updateFor(edit), upsert: !stored.has(clerk_id) },
    })), requestTimeoutMS)
    // Somebody made the row, or a tombstone, since the look: the next one finds it.
    for (const error of errors.values()) throw new mongoose.mongo.MongoServerError(error)
  }
  invalid.sort((a, b) => a.line - b.line)
  return {
    ...layout, ignored_columns: ignored, bytes, next_line: nextLine,
    rows: rows.length, valid: known.length, changed: changes.length, invalid,
    dates, date_format, samples: layout.encoding === 'windows-1252' ? samplesOf(rows) : [],
  }
}

/** Clerk's ids, and no more of a text than one could be. */
const clerkId = /^user_\w{1,100}$/

/** How the cells of a piece are read. */
type Reading = Pick<FileLayout, 'columns' | 'format'> & { date_format: DateFormat }

function checkRow({ line, cells, reason }: FileRow, reading: Reading): ValidRow | BadRow {
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

/** @returns neither a value nor a message for a cell that says nothing */
function checkCell(field: ProfileField, cell: string, reading: Reading): { value?: unknown, message?: string } {
  const { format, date_format } = reading
  const { input } = metaOf(field)
  if (cell.trim() === '' || (input === 'text' && format === 'csv' && isNothingAsText(cell))) return {}
  const clean = cleanCell(cell)
  const result = profileFields.shape[field].safeParse(valueOf(field, cell, reading))
  if (result.success) return { value: result.data }
  // A value of the field's that is written so counts before.
  if (input !== 'text' && isNothing(clean)) return {}
  const isUnread = input === 'date' && date_format !== 'ymd' && readDate(clean, date_format) === undefined
  return { message: isUnread ? dateReason(date_format) : result.error.issues[0]!.message }
}

/** What a cell says, in the form that it is stored in; undefined for a date that is written in another format. */
function valueOf(field: ProfileField, cell: string, { format, date_format }: Reading): string | undefined {
  const { input } = metaOf(field)
  // The spaces in a text's quotes are its own; and in JSON nothing is guarded.
  if (input === 'text') return format === 'csv' ? unguardFormula(cell) : cell
  const text = cleanCell(unguardFormula(cell))
  if (input === 'date') return readDate(text, date_format)
  return (input === 'country' && findCountry(text)) || text
}

/** Cells in which an encoding can be seen to be the right one. */
function samplesOf(rows: FileRow[]): string[] {
  const cells = rows.flatMap(row => row.cells.filter(cell => /[^\0-\x7F]/.test(cell)))
  return [...new Set(cells)].slice(0, mostSamples).map(cell => cell.slice(0, 80))
}

type StoredProfile = Pick<ProfileDocument, 'deleted_at' | ProfileField>

async function findProfiles(ids: string[]): Promise<Map<string, StoredProfile>> {
  await database()
  const projection = Object.fromEntries(['clerk_id', 'deleted_at', ...fieldNames].map(name => [name, 1]))
  const rows = await Profile.collection
    .find<StoredProfile & { clerk_id: string }>({ clerk_id: { $in: [...new Set(ids)] } }, { projection })
    .toArray()
  return new Map(rows.map(row => [row.clerk_id, row]))
}

const pick = (edit: ProfileEdit, fields: ProfileField[]): ProfileEdit => Object.fromEntries(fields.map(field => [field, edit[field]]))
