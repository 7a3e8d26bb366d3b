import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { consola } from 'consola'
import { openApiDocument } from '../server/openapi/document.ts'

/** Writes the API's description to docs/openapi.json. A test checks that the file matches the code. */
const path = join('docs', 'openapi.json')
await writeFile(path, `${JSON.stringify(openApiDocument(), null, 2)}\n`)
consola.success(`Wrote the API's description to ${path}`)
