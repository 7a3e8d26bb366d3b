import { createBackendApi } from '../clerk/backend-api.ts'
import type { BackendApi } from '../clerk/backend-api.ts'
import { environment } from '../environment.ts'
import type { RunOptions } from '../sync/run.ts'
import { forgetIdentity } from './identities.ts'

let clerk: BackendApi | undefined

/** What the process's runs need, created when the environment is complete. */
export function syncOptions(): Required<Pick<RunOptions, 'clerk' | 'deleteMode' | 'onUserChange'>> {
  const { NUXT_CLERK_SECRET_KEY: secretKey = '', NUXT_CLERK_API_URL: apiUrl, DELETE_MODE } = environment()
  clerk ??= createBackendApi({ secretKey, apiUrl })
  return { clerk, deleteMode: DELETE_MODE, onUserChange: forgetIdentity }
}
