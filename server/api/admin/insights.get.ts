import { defineEventHandler } from 'h3'
import { createInsights } from '../../admin/insights.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'
import { log } from '../../utils/log.ts'

const insights = createInsights({
  onError: error => log.error('The profiles could not be counted', { error: error.message }),
})

/** Counts of all profiles, at most a few minutes old. 503 with Retry-After while the first count runs. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  return answer(insights.read())
})
