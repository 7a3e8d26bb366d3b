import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { accountHeader } from '../../shared/account.ts'
import * as answers from './answers.ts'
import { routes } from './routes.ts'
import type { Operation, Schema } from './routes.ts'

interface JsonSchema {
  properties?: Record<string, JsonSchema & { description?: string }>
  required?: string[]
  type?: string
  default?: unknown
}

/** What a check in code asks is not in it, and is said by the message of a 400 or 422. */
function toJson(schema: Schema, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // The format says it, and better than Zod's expression for it.
    override: ({ jsonSchema }) => jsonSchema.format && Reflect.deleteProperty(jsonSchema, 'pattern'),
  }) as JsonSchema & { $schema?: string }
  return rest
}

const needsSession = (access: Operation['access']) => access === 'user' || access === 'admin'
const account = {
  name: accountHeader, in: 'header', schema: { type: 'string' },
  description: 'The Clerk id of the account that the request is meant for: 409 where another one is signed in',
}
const json = (schema: object) => ({ 'application/json': { schema } })
const errorsOf = ({ access, query, body, params, versioned, errors = [] }: Operation) => [...new Set([
  ...query || (params && 'name' in params) ? [400] : [],
  ...needsSession(access) ? [401, 409] : [],
  ...access === 'admin' ? [403] : [],
  ...versioned ? [412] : [],
  ...typeof body === 'object' ? [400, 413, 422] : [],
  ...errors,
])].toSorted()

function parametersOf({ access, query, params = {}, versioned }: Operation) {
  const { properties = {}, required = [] } = query ? toJson(query, 'output') : {}
  return [
    ...Object.entries(params).map(([name, description]) => ({ name, in: 'path', required: true, description, schema: { type: 'string' } })),
    ...Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name, in: 'query', description, required: required.includes(name) && schema.default === undefined ? true : undefined, schema,
      // Several values are separated by commas.
      ...schema.type === 'array' && { style: 'form', explode: false },
    })),
    ...needsSession(access) ? [account] : [],
    ...versioned ? [{ name: 'If-Match', in: 'header', description: 'The ETag of the version to change; without it, any', schema: { type: 'string' } }] : [],
  ]
}

function answerOf({ answer, versioned }: Operation) {
  if (answer === null) return { 204: { description: STATUS_CODES[204] } }
  const content = Array.isArray(answer) ? Object.fromEntries(answer.map(type => [type, { schema: { type: 'string' } }])) : json(toJson(answer, 'output'))
  return { 200: { description: STATUS_CODES[200], headers: versioned ? { ETag: { description: 'The version', schema: { type: 'string' } } } : undefined, content } }
}

/** 'getAdminProfilesClerkId' of GET /api/admin/profiles/{clerk_id}. */
const idOf = (method: string, path: string) => method + path.replace('/api', '').replaceAll(/\W+(\w)|_(\w)/g, (_, first = '', second = '') => (first + second).toUpperCase()).replaceAll('}', '')

function describe(operation: Operation) {
  const { summary, access, body } = operation
  const security = { anyone: [], user: [{ session: [] }, { bearer: [] }], admin: [{ session: [] }, { bearer: [] }], svix: [{ svix: [] }] }[access]
  return {
    summary: access === 'admin' ? `${summary} (admins)` : summary,
    security,
    parameters: parametersOf(operation),
    requestBody: body && { required: true, content: typeof body === 'string' ? { [body]: { schema: { type: 'string' } } } : json(toJson(body, 'input')) },
    responses: {
      ...answerOf(operation),
      ...Object.fromEntries(errorsOf(operation).map(status => [status, { $ref: `#/components/responses/${status}` }])),
    },
  }
}

/**
 * The API's description, an OpenAPI 3.1 document.
 * @param baseURL  the path that the app is installed below
 */
export function openApiDocument(baseURL = '/'): object {
  const statuses = new Set(Object.values(routes).flatMap(methods => Object.values(methods).flatMap(errorsOf)))
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Addendum', version: '1', license: { name: 'MIT', identifier: 'MIT' },
      description: 'Profile fields beside Clerk\'s users. Generated from the Zod schemas that the routes check with: `npm run openapi`.',
    },
    servers: [{ url: baseURL }],
    paths: Object.fromEntries(Object.entries(routes).map(([path, methods]) => [path, Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, { operationId: idOf(method, path), ...describe(operation) }]))])),
    components: {
      responses: Object.fromEntries([...statuses].toSorted().map(status => [status, { description: STATUS_CODES[status], content: json({ $ref: '#/components/schemas/Problem' }) }])),
      schemas: { Problem: toJson(answers.problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__session', description: 'Clerk\'s session, as the browser has it' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Clerk\'s session token' },
        svix: { type: 'apiKey', in: 'header', name: 'svix-signature', description: 'With svix-id and svix-timestamp' },
      },
    },
  }
  // Leaves out what is undefined.
  return JSON.parse(JSON.stringify(document))
}
