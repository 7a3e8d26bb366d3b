/** The dialog was closed, and nothing was done. */
export class NotVerified extends Error {}

/**
 * Does what Clerk lets happen only within ten minutes of a verification, such as deleting the account. Where Clerk asks
 * for a fresh one, its own dialog does, and then it is done. Clerk has a helper for that in React alone.
 */
export function useReverification() {
  const clerk = useClerk()

  const verify = () => new Promise<void>((resolve, reject) => {
    clerk.value!.__internal_openReverification({
      afterVerification: resolve,
      afterVerificationCancelled: () => reject(new NotVerified()),
    })
  })

  return async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    }
    catch (error) {
      const { errors = [] } = error as { errors?: { code: string }[] }
      if (!errors.some(({ code }) => code === 'session_reverification_required')) throw error
      await verify()
      return act()
    }
  }
}
