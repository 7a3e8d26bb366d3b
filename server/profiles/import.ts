import mongoose from 'mongoose'
import type { BadRow, ImportAnswer, ImportColumn } from '../../shared/import.ts'
import { findCountry } from '../../shared/countries.ts'
import { unguardFormula } from '../../shared/formulas.ts'
import { fieldNames, metaOf, profileFields } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../shared/profile.ts'
import { database } from '../database/connection.ts'
import { Profile } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { writeBatch } from '../database/write-batch.ts'
import { requestTimeoutMS } from '../deadline.ts'
import type { ImportQuery } from './import-query.ts'
import { alive, updateFor } from './profile.ts'
import { findDelimiter, readHeader, readRows } from './read-csv.ts'
import type { CsvRow } from './read-csv.ts'

/** As many as are surely looked up and written in time; the rest of a piece is for the next one. */
const maxRows = 5_000

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
 * Imports the whole rows of a piece of a CSV file: what a cell says is stored, an empty one changes nothing.
 * A bad row stops no other. Applying a piece again changes nothing, so that an import goes on where it stopped.
 * @param audit  told of what will be changed, before it is
 * @throws UnreadableFile for what cannot be read as a CSV file of profiles
 * @throws MongoError when not all of it is durable, as when a user is deleted meanwhile: send the piece again
 */
export async function importPiece(piece: Buffer, options: ImportQuery, audit: (changes: ProfileChange[]) => Promise<void> = async () => {}): Promise<ImportAnswer> {
  const { rows, ...read } = readPiece(piece, options)
  const valid: ValidRow[] = []
  const invalid: BadRow[] = []
  const refuse = ({ line, clerk_id }: { line: number, clerk_id: string | null }, reason: string) => invalid.push({ line, clerk_id, reason })
  for (const row of rows) {
    const result = checkRow(row, read.columns)
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
  return { ...read, rows: rows.length, valid: known.length, changed: changes.length, invalid }
}

const bom = Buffer.from('\uFEFF')

function readPiece(piece: Buffer, { columns, delimiter, line, last }: ImportQuery) {
  if (columns && delimiter) {
    const { rows, bytes, nextLine } = readRows(piece, { delimiter, line, isLast: last, maxRows })
    return { columns, ignored_columns: [], delimiter, bytes, next_line: nextLine, rows }
  }
  const start = piece.subarray(0, bom.length).equals(bom) ? bom.length : 0
  const file = piece.subarray(start)
  const found = findDelimiter(file)
  const { rows: [header, ...rows], bytes, nextLine } = readRows(file, { delimiter: found, line, isLast: last, maxRows })
  if (!header && !last) return { columns: [], ignored_columns: [], delimiter: found, bytes: 0, next_line: line, rows }
  const { columns: named, ignored } = readHeader(header?.cells ?? [])
  return { columns: named, ignored_columns: ignored, delimiter: found, bytes: start + bytes, next_line: nextLine, rows }
}

/** Clerk's ids, and no more of a text than one could be. */
const clerkId = /^user_\w{1,100}$/

function checkRow({ line, cells, reason }: CsvRow, columns: ImportColumn[]): ValidRow | BadRow {
  const clerk_id = cells[columns.indexOf('clerk_id')]?.trim() || null
  const refuse = (reason: string): BadRow => ({ line, clerk_id, reason })
  if (reason) return refuse(reason)
  if (cells.length !== columns.length) return refuse(`The row has ${cells.length} cells, the first line ${columns.length}`)
  if (!clerk_id) return refuse('clerk_id: Enter the user\'s Clerk id')
  if (!clerkId.test(clerk_id)) return refuse('clerk_id: Enter an id as Clerk gives it, such as user_2abc')
  const edit: Record<string, unknown> = {}
  const messages: string[] = []
  for (const [index, column] of columns.entries()) {
    if (column === '' || column === 'clerk_id') continue
    const text = cells[index]!
    if (text.trim() === '') continue
    const result = profileFields.shape[column].safeParse(valueOf(column, text))
    if (result.success) edit[column] = result.data
    else messages.push(`${column}: ${result.error.issues[0]!.message}`)
  }
  return messages.length > 0 ? refuse(messages.join('. ')) : { line, clerk_id, edit }
}

/** What a cell says, in the form that it is stored in. */
function valueOf(field: ProfileField, cell: string): string {
  const { input } = metaOf(field)
  const text = unguardFormula(cell)
  // The spaces in a text's quotes are its own.
  if (input === 'text') return text
  return (input === 'country' && findCountry(text)) || text.trim()
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
