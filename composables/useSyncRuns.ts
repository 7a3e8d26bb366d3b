import type { RunName, SyncRun } from '#shared/sync'
import type { RequestError } from './useErrorText'

/**
 * Starts runs of the sync. The server works on one for a few seconds per request, and this asks again until it is done.
 * @param onEnd  called when a run has ended, to load the status again
 */
export function useSyncRuns(onEnd: () => unknown) {
  const request = useAccountRequest()
  /** The run that this page works on. */
  const active = ref<RunName>()
  const progress = shallowRef<SyncRun>()
  const error = shallowRef<RequestError>()
  /** Users per second of the active run, and the seconds that are left; undefined while unknown. */
  const pace = ref<{ perSecond: number, secondsLeft?: number }>()
  let isLeft = false

  function measure(run: SyncRun, first: SyncRun, startedAt: number): void {
    const perSecond = (run.done - first.done) / ((performance.now() - startedAt) / 1_000)
    if (!(perSecond > 0)) return
    pace.value = {
      perSecond,
      secondsLeft: run.total === null ? undefined : Math.max(0, run.total - run.done) / perSecond,
    }
  }

  async function start(name: RunName, body: object = {}): Promise<void> {
    if (active.value) return
    active.value = name
    error.value = progress.value = pace.value = undefined
    let first: SyncRun | undefined
    let startedAt = 0
    try {
      do {
        const { run } = await request(headers => $fetch<{ run: SyncRun }>(`/api/admin/${name}`, {
          method: 'POST', body, headers, retry: 0,
        }))
        if (first?.name !== run.name) [first, startedAt] = [run, performance.now()]
        else measure(run, first, startedAt)
        progress.value = run
      } while (progress.value.state === 'running' && !isLeft)
    }
    catch (reason) {
      error.value = reason as RequestError
    }
    finally {
      active.value = undefined
    }
    await onEnd()
  }

  onBeforeUnmount(() => (isLeft = true))
  return { active, progress, pace, error, start }
}
