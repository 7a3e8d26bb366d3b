import type { Outcome } from '#shared/deliveries'

interface Delivery {
  outcome?: Outcome | null
  error?: string | null
}

const reasons: Record<Outcome, (error: string) => string> = {
  applied: error => error
    ? `The profile is up to date. ${error}. A seed is dropped if it does not fit its field.`
    : 'The profile is up to date.',
  stale: error => [
    'A newer version of the user, or their deletion, was stored already. Nothing to do.',
    ...error ? [`${error}.`] : [],
  ].join(' '),
  ignored: () => 'The app does nothing with events of this type. To use them, add a handler: server/sync/handlers.ts.',
  rejected: error => `Clerk's message cannot be used: ${error}. A repetition would not help. Resync the user instead.`,
  failed: error => `It was not stored: ${error}. Clerk sends it again for 27 hours; after that, a catch-up applies it.`,
}

/** What became of a webhook message, and what to do. */
export function deliveryReason({ outcome, error }: Delivery): string {
  return outcome ? reasons[outcome](error?.replace(/[.\s]+$/, '') ?? '') : ''
}

/** A span of time in words, such as 850 ms, 4.2 s, 12 min or 27 h. */
export function formatSpan(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
