import { defineEventHandler } from 'h3'
import { listDeliveries } from '../../sync/list-deliveries.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'

/** What became of the newest 50 webhook messages. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  return { deliveries: await answer(listDeliveries(50)) }
})
