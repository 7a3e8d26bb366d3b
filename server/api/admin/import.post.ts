import { defineEventHandler } from 'h3'
import { maxPieceBytes } from '../../../shared/import.ts'
import { recordAudit } from '../../database/audit.ts'
import { importPiece } from '../../admin/import/import-piece.ts'
import { importQuery } from '../../admin/import/import-query.ts'
import { freeGarbage } from '../../free-garbage.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'
import { readBytes } from '../../utils/body.ts'
import { validQuery } from '../../utils/input.ts'
import { letEventsPass } from '../../utils/webhook-sync.ts'

/** Imports a piece of a CSV or NDJSON file; `bytes` and `next_line` of the answer say where the next piece starts. */
export default defineEventHandler(async (event) => {
  const { clerk_id: actor_id } = requireAdmin(event)
  const query = validQuery(event, importQuery)
  const piece = await readBytes(event, maxPieceBytes)
  const imported = await answer(importPiece(piece, query, {
    async audit(changes) {
      await recordAudit(changes.map(change => ({ ...change, actor_id, action: 'profile.import' })))
    },
    giveWay: letEventsPass,
  }))
  freeGarbage()
  return imported
})
