import type { SavedView } from '#shared/search'
import type { RequestError } from './useErrorText'

/** The admin's saved views, loaded on demand, and the requests that change them. Toasts report the outcome. */
export function useSavedViews() {
  const t = useText()
  const errorText = useErrorText()
  const { show } = useToasts()
  const request = useAccountRequest()
  const isSaving = ref(false)
  const { data, error, status, execute: load } = useAccountFetch<{ views: SavedView[] }>('/api/admin/views', {
    immediate: false,
    server: false,
    default: () => ({ views: [] }),
  })

  /** @returns whether the change was made */
  async function change(name: string, done: string, options: { method: 'PUT' | 'DELETE', body?: { query: string } }) {
    isSaving.value = true
    try {
      const path = `/api/admin/views/${encodeURIComponent(name)}`
      await request(headers => $fetch<unknown>(path, { ...options, headers }))
      show({ kind: 'success', text: done })
      await load()
      return true
    }
    catch (failure) {
      show({ kind: 'error', text: errorText(failure as RequestError) })
      return false
    }
    finally {
      isSaving.value = false
    }
  }

  return {
    views: computed(() => data.value.views),
    error,
    status,
    load,
    isSaving,
    save: (name: string, query: string) =>
      change(name, t('admin.views.saved', { view: name }), { method: 'PUT', body: { query } }),
    remove: (name: string) => change(name, t('admin.views.deleted', { view: name }), { method: 'DELETE' }),
  }
}
