import { defineEventHandler } from 'h3'

/** The process is up. */
export default defineEventHandler(() => ({ status: 'ok' }))
