import { errorMessage } from './error-message'

/**
 * A failed request as the error of its page. Fatal in the browser alone, where the page of before would stay: the
 * server shows the error anyway, and would log it as a fault.
 */
export const pageError = (error: { statusCode?: number, data?: unknown, message: string }) =>
  createError({ statusCode: error.statusCode, message: errorMessage(error), fatal: import.meta.client })
