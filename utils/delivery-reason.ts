import type { Outcome } from '#shared/deliveries'
import { numberFormatter } from './formats'
import type { MessageKey, Wording } from './messages'

interface Delivery {
  outcome?: Outcome | null
  error?: string | null
}

/** By outcome: the messages without an error, and with one. An event that is ignored has none. */
const reasons: Record<Outcome, [MessageKey, MessageKey]> = {
  applied: ['admin.reason.applied', 'admin.reason.appliedPartly'],
  stale: ['admin.reason.stale', 'admin.reason.staleWithError'],
  ignored: ['admin.reason.ignored', 'admin.reason.ignored'],
  rejected: ['admin.reason.rejected', 'admin.reason.rejected'],
  failed: ['admin.reason.failed', 'admin.reason.failed'],
}

/** For how long Clerk sends a message that was not stored. */
export const hoursOfRetries = 27

/** The message about what became of a webhook message and what to do, and the server's error that it quotes. */
export function deliveryReason({ outcome, error }: Delivery): { key: MessageKey, error: string } | undefined {
  if (!outcome) return undefined
  const quoted = outcome === 'ignored' ? '' : error?.replace(/[.\s]+$/, '') ?? ''
  return { key: reasons[outcome][quoted ? 1 : 0], error: quoted }
}

/** A span of time in words, such as 850 ms, 4.2 s, 12 min or 27 h. */
export function formatSpan(milliseconds: number, { t, locale }: Wording): string {
  const format = numberFormatter(locale)
  if (milliseconds < 1_000) return t('admin.time.milliseconds', { time: format(Math.max(0, Math.round(milliseconds))) })
  const seconds = milliseconds / 1_000
  if (seconds < 10) return t('admin.time.seconds', { time: format(Math.round(10 * seconds) / 10) })
  if (seconds < 90) return t('admin.time.seconds', { time: format(Math.round(seconds)) })
  if (seconds < 90 * 60) return t('admin.time.minutes', { time: format(Math.round(seconds / 60)) })
  return t('admin.time.hours', { time: format(Math.round(seconds / 3_600)) })
}
