import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../server/openapi/document.ts'

interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string
        parameters: { name: string, description?: string, schema: object, required?: boolean }[]
        responses: object
      }
    >
  >
}
const document = openApiDocument() as Document

describe('the API\'s description', () => {
  it('is committed as generated from the schemas (npm run openapi)', async () => {
    expect(JSON.parse(await readFile('docs/openapi.json', 'utf8'))).toEqual(document)
  })

  it('describes each filter, with the types that the route accepts', () => {
    const { parameters } = document.paths['/api/admin/profiles']!.get!
    expect(parameters.filter(({ description }) => !description)).toEqual([])
    expect(parameters.find(({ name }) => name === 'upcoming')).toEqual({
      name: 'upcoming',
      in: 'query',
      schema: { type: 'integer', minimum: 1, maximum: 366 },
      description:
        'Birthday within this many days, where 1 means today. 29 February counts as the 28th in common years',
    })
    expect(parameters.find(({ name }) => name === 'missing')).toMatchObject({
      style: 'form',
      explode: false,
      schema: { type: 'array', items: { enum: ['birthday', 'country', 'bio'] } },
    })
    expect(parameters.some(({ required }) => required)).toBe(false)
  })

  it('gives each operation a unique id, and lists its errors', () => {
    const operations = Object.values(document.paths).flatMap(methods => Object.values(methods))
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    expect(document.paths['/api/admin/profiles/{clerk_id}']!.patch!.operationId).toBe('patchAdminProfilesClerkId')
    expect(Object.keys(document.paths['/api/admin/profiles/{clerk_id}']!.patch!.responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '410',
      '412',
      '413',
      '422',
      '429',
      '503',
    ])
  })
})
