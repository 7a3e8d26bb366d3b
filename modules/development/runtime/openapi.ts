import { defineEventHandler } from 'h3'
import { useRuntimeConfig } from 'nitropack/runtime'
import { openApiDocument } from '../../../server/openapi/document'

/** The API's description, as the schemas are now. */
export default defineEventHandler(() => openApiDocument(useRuntimeConfig().app.baseURL))
