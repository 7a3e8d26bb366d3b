import { defineEventHandler } from 'h3'
import { useRuntimeConfig } from 'nitropack/runtime'
import { openApiDocument } from '../../../server/openapi/document'

/** The API's description, generated from the current schemas. */
export default defineEventHandler(() => openApiDocument(useRuntimeConfig().app.baseURL))
