import { listDeliveries } from '../../sync/list-deliveries.ts'

/** What became of the newest 50 webhook messages. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  return { deliveries: await answer(listDeliveries(50)) }
})
