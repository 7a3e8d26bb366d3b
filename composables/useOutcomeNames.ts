import type { Outcome } from '#shared/deliveries'

/** The outcomes of a webhook message, in the page's language. */
export function useOutcomeNames(): Record<Outcome, string> {
  const t = useText()
  return {
    applied: t('admin.deliveries.applied'),
    stale: t('admin.deliveries.stale'),
    ignored: t('admin.deliveries.ignored'),
    rejected: t('admin.deliveries.rejected'),
    failed: t('admin.deliveries.failed'),
  }
}
