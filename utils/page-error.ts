import { errorMessage } from './error-message'

/**
 * Makes a failed request the error of its page. It is fatal only in the browser, which would stay on the previous page
 * otherwise. The server shows the error page anyway, and would log a fatal error as a fault.
 */
export const pageError = (error: { statusCode?: number, data?: unknown, message: string }) =>
  createError({ statusCode: error.statusCode, message: errorMessage(error), fatal: import.meta.client })
