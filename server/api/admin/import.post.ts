import { maxPieceBytes } from '../../../shared/import.ts'
import { recordAudit } from '../../database/audit.ts'
import { importPiece, importQuery } from '../../profiles/import.ts'

/**
 * Imports a piece of a CSV file, the body; `bytes` and `next_line` of the answer say where the next one starts.
 * `columns` and `delimiter` are what the first piece was answered with.
 */
export default defineEventHandler(async (event) => {
  const { clerk_id: actor_id } = requireAdmin(event)
  const { dry_run: dryRun, ...query } = validQuery(event, importQuery)
  const piece = await readBytes(event, maxPieceBytes)
  return answer(importPiece(piece, { dryRun, ...query }, async (changes) => {
    await recordAudit(changes.map(change => ({ ...change, actor_id, action: 'profile.import' })))
  }))
})
