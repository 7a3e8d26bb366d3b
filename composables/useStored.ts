/**
 * One JSON value in the browser's storage. `localStorage` keeps it over visits and for all tabs, `sessionStorage` over
 * reloads of this tab.
 */
export function useStored<T>(area: 'localStorage' | 'sessionStorage', key: string) {
  /** Storage may be blocked or full, which is no reason to fail: the page itself still holds the value. */
  function attempt<R>(access: (storage: Storage) => R): R | undefined {
    try {
      return access(window[area])
    }
    catch {
      return undefined
    }
  }

  return {
    read: (): T | undefined => attempt(storage => JSON.parse(storage.getItem(key) ?? 'null')) ?? undefined,
    write: (value: T): void => attempt(storage => storage.setItem(key, JSON.stringify(value))),
    remove: (): void => attempt(storage => storage.removeItem(key)),
  }
}
