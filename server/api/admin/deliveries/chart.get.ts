import { defineEventHandler } from 'h3'
import { deliveryChartQuery } from '../../../../shared/deliveries.ts'
import { chartDeliveries } from '../../../sync/list-deliveries.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { validQuery } from '../../../utils/input.ts'

/** Webhook deliveries by outcome over time. */
export default defineEventHandler((event) => {
  requireAdmin(event)
  return answer(chartDeliveries(validQuery(event, deliveryChartQuery)))
})
