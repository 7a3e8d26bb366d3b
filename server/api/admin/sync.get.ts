import { defineEventHandler } from 'h3'
import { readSyncStatus } from '../../admin/sync-status.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'
import { webhookSync } from '../../utils/webhook-sync.ts'

/** How the sync is doing: events, runs, differences, and checks of the set-up. */
export default defineEventHandler((event) => {
  requireAdmin(event)
  return answer(readSyncStatus(webhookSync().queued()))
})
