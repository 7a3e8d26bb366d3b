import { defineEventHandler } from 'h3'
import { listDeliveries } from '../../sync/list-deliveries.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'

/** The newest 50 webhook deliveries and their outcomes. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  return { deliveries: await answer(listDeliveries(50)) }
})
