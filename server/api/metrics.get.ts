import { defineEventHandler, setResponseHeader } from 'h3'
import { environment } from '../environment.ts'
import { requireBearer } from '../utils/bearer.ts'
import { processMetrics } from '../utils/metrics.ts'
import { webhookSync } from '../utils/webhook-sync.ts'

/** The metrics of this process and of the sync, for Prometheus. */
export default defineEventHandler((event) => {
  requireBearer(event, environment().METRICS_TOKEN)
  const { contentType, scrape } = processMetrics()
  setResponseHeader(event, 'content-type', contentType)
  return scrape(webhookSync())
})
