/**
 * Keeps what is typed and not yet saved over a reload or a sign-in, in this tab alone.
 * @param key  of who types and whose it is: nobody else who signs in here gets it
 */
export function useDraft<T extends object>(key: string) {
  return {
    read(): Partial<T> | null {
      try {
        return JSON.parse(sessionStorage.getItem(key) ?? 'null')
      }
      catch {
        return null
      }
    },
    keep(draft: Partial<T>): void {
      try {
        if (Object.keys(draft).length > 0) sessionStorage.setItem(key, JSON.stringify(draft))
        else sessionStorage.removeItem(key)
      }
      catch {
        // No storage, or it is full: the form itself still holds everything.
      }
    },
  }
}
