import { defineEventHandler } from 'h3'
import { deliveriesQuery } from '../../../../shared/deliveries.ts'
import { listDeliveries } from '../../../sync/list-deliveries.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { validQuery } from '../../../utils/input.ts'

/** Webhook deliveries and their outcomes, newest first. */
export default defineEventHandler((event) => {
  requireAdmin(event)
  return answer(listDeliveries(validQuery(event, deliveriesQuery)))
})
