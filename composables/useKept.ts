/** One value in this browser, over visits. */
export function useKept<T>(key: () => string) {
  return {
    read(): T | undefined {
      try {
        return JSON.parse(localStorage.getItem(key()) ?? 'null') ?? undefined
      }
      catch {
        return undefined
      }
    },
    keep(value: T): void {
      try {
        localStorage.setItem(key(), JSON.stringify(value))
      }
      catch {
        // No storage, or it is full: the page itself still knows.
      }
    },
    forget: () => localStorage.removeItem(key()),
  }
}
