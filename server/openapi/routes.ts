import type { z } from 'zod'
import type * as mini from 'zod/mini'
import { identitiesQuery, profileFilter, profileSearch, savedViewBody } from '../../shared/search.ts'
import { importQuery } from '../admin/import/import-query.ts'
import { exportQuery } from '../../shared/export.ts'
import { directoryQuery } from '../profiles/directory.ts'
import * as answers from './answers.ts'

export type Schema = z.ZodType | mini.ZodMiniType

export interface Operation {
  /** In the words of the route's own comment. */
  summary: string
  /** 'svix': by the signature of Clerk's webhooks. */
  access: 'anyone' | 'user' | 'admin' | 'svix'
  query?: Schema
  /** Parts of the path, with what each is. */
  params?: Record<string, string>
  /** JSON; or the media type of a body that is not. */
  body?: Schema | string
  /** By If-Match; the answer has the ETag. */
  versioned?: boolean
  /** JSON; or the media types of an answer that is a file; null where there is none. */
  answer: Schema | string[] | null
  /** Statuses beside those that its access and its input bring. */
  errors?: number[]
}

const user = { clerk_id: 'Clerk\'s id of the user' }
const view = { name: 'The name of the view' }

/** Every route of the API, by path and method. A test compares them with those of the built server. */
export const routes: Record<string, Record<string, Operation>> = {
  '/api/webhooks': {
    post: { summary: 'Clerk\'s webhooks', access: 'svix', body: 'application/json', answer: answers.webhookAnswer, errors: [400, 405, 413, 422, 503] },
  },
  '/api/me': {
    get: { summary: 'Identity from the session token, the extended fields from MongoDB', access: 'user', answer: answers.me, errors: [503] },
    patch: { summary: 'Changes the fields that are named', access: 'user', body: answers.edit, versioned: true, answer: answers.profile, errors: [403, 410, 429, 503] },
  },
  '/api/me/export': {
    get: { summary: 'All that is held on me, as a file', access: 'user', answer: answers.heldOnMe, errors: [503] },
  },
  '/api/me/profile': {
    delete: { summary: 'Erases my extended fields', access: 'user', answer: answers.profile, errors: [403, 410, 429, 503] },
  },
  '/api/profiles': {
    get: { summary: 'The directory: those who opted in', access: 'user', query: directoryQuery, answer: answers.people, errors: [503] },
  },
  '/api/profiles/{clerk_id}': {
    get: { summary: 'One of the directory', access: 'user', params: user, answer: answers.person, errors: [404, 503] },
  },
  '/api/admin/profiles': {
    get: { summary: 'Profiles by country, birthday and more, a page at a time', access: 'admin', query: profileSearch, answer: answers.adminProfiles, errors: [503] },
  },
  '/api/admin/profiles/facets': {
    get: { summary: 'The profiles that fit, counted by country and by birth month', access: 'admin', query: profileFilter, answer: answers.facets, errors: [503] },
  },
  '/api/admin/profiles/export': {
    get: { summary: 'The profiles that fit, as a file', access: 'admin', query: exportQuery, answer: ['text/csv', 'application/x-ndjson'], errors: [503] },
  },
  '/api/admin/profiles/{clerk_id}': {
    get: { summary: 'All about one user', access: 'admin', params: user, answer: answers.adminUser, errors: [404, 503] },
    patch: { summary: 'Changes somebody\'s fields, and puts it in the audit log', access: 'admin', params: user, body: answers.edit, versioned: true, answer: answers.profile, errors: [404, 410, 429, 503] },
  },
  '/api/admin/identities': {
    get: { summary: 'Who users are, as Clerk knows it', access: 'admin', query: identitiesQuery, answer: answers.identitiesAnswer },
  },
  '/api/admin/views': {
    get: { summary: 'My saved views', access: 'admin', answer: answers.views, errors: [503] },
  },
  '/api/admin/views/{name}': {
    put: { summary: 'Saves a search under a name', access: 'admin', params: view, body: savedViewBody, answer: answers.view, errors: [409, 429, 503] },
    delete: { summary: 'Deletes one of my saved views', access: 'admin', params: view, answer: null, errors: [429, 503] },
  },
  '/api/admin/import': {
    post: {
      summary: 'Imports a piece of a CSV or NDJSON file; by default only says what would be done',
      access: 'admin', query: importQuery, body: 'text/csv', answer: answers.importAnswer, errors: [400, 413, 422, 503],
    },
  },
  '/api/admin/insights': {
    get: { summary: 'Counts of all profiles', access: 'admin', answer: answers.insights, errors: [503] },
  },
  '/api/admin/deliveries': {
    get: { summary: 'What became of the newest 50 webhook messages', access: 'admin', answer: answers.deliveries, errors: [503] },
  },
  '/api/health': {
    get: { summary: 'The process is up', access: 'anyone', answer: answers.status('ok') },
  },
  '/api/ready': {
    get: { summary: 'The database is reachable and its indexes are built', access: 'anyone', answer: answers.status('ready'), errors: [503] },
  },
}
