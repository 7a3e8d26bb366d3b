import { defineEventHandler } from 'h3'
import { readSyncStatus } from '../../admin/sync-status.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'
import { webhookReceiver } from '../../utils/webhook-receiver.ts'

/** How the sync is doing: events, runs, differences, and checks of the set-up. */
export default defineEventHandler((event) => {
  requireAdmin(event)
  return answer(readSyncStatus(webhookReceiver().queued()))
})
