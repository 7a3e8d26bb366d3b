import { defineEventHandler } from 'h3'
import { openApiDocument } from '../../../server/openapi/document'

/** The API's description, as the schemas are now. */
export default defineEventHandler(() => openApiDocument())
