import type { z } from 'zod'
import type * as mini from 'zod/mini'
import { identitiesQuery, profileFilter, profileSearch, savedViewBody } from '../../shared/search.ts'
import { importQuery } from '../admin/import/import-query.ts'
import { exportQuery } from '../../shared/export.ts'
import { directoryQuery } from '../profiles/directory.ts'
import { deliveriesQuery, deliveryChart, deliveryChartQuery } from '../../shared/deliveries.ts'
import { reconcileRequest, resyncRequest, syncStatus } from '../../shared/sync.ts'
import * as answers from '../../shared/answers.ts'

export type Schema = z.ZodType | mini.ZodMiniType

export interface Operation {
  /** The sentence of the route's own comment. */
  summary: string
  /** 'svix': a request with the signature of Clerk's webhooks. 'token': a machine with the token of a variable. */
  access: 'anyone' | 'user' | 'admin' | 'svix' | 'token'
  query?: Schema
  /** Parameters of the path, with their descriptions. */
  params?: Record<string, string>
  /** A schema of JSON, or the media types of another body. */
  body?: Schema | string[]
  /** The request takes If-Match, and the answer has an ETag. */
  versioned?: boolean
  /** A schema of JSON, the media types of a file, or null for no content. */
  answer: Schema | string[] | null
  /** Error statuses beyond those that follow from access and input. */
  errors?: number[]
}

const user = { clerk_id: 'Clerk\'s id of the user' }
const view = { name: 'The name of the view' }

/** Every route of the API, by path and method. A test compares them with those of the built server. */
export const routes: Record<string, Record<string, Operation>> = {
  '/api/webhooks': {
    post: {
      summary: 'Clerk\'s webhooks',
      access: 'svix',
      body: ['application/json'],
      answer: answers.webhookAnswer,
      errors: [400, 405, 413, 422, 503],
    },
  },
  '/api/me': {
    get: {
      summary: 'Identity from the session token, the extended fields from MongoDB',
      access: 'user',
      answer: answers.me,
      errors: [503],
    },
    patch: {
      summary: 'Changes the fields that are named',
      access: 'user',
      body: answers.edit,
      versioned: true,
      answer: answers.profile,
      errors: [403, 410, 429, 503],
    },
  },
  '/api/me/export': {
    get: { summary: 'All data stored about me, as a file', access: 'user', answer: answers.ownData, errors: [503] },
  },
  '/api/me/profile': {
    delete: {
      summary: 'Erases my extended fields',
      access: 'user',
      answer: answers.profile,
      errors: [403, 410, 429, 503],
    },
  },
  '/api/profiles': {
    get: {
      summary: 'The directory: members who opted in',
      access: 'user',
      query: directoryQuery,
      answer: answers.people,
      errors: [503],
    },
  },
  '/api/profiles/{clerk_id}': {
    get: {
      summary: 'A member of the directory',
      access: 'user',
      params: user,
      answer: answers.person,
      errors: [404, 503],
    },
  },
  '/api/admin/profiles': {
    get: {
      summary: 'A page of profiles by country, birthday and more',
      access: 'admin',
      query: profileSearch,
      answer: answers.adminProfiles,
      errors: [503],
    },
  },
  '/api/admin/profiles/total': {
    get: {
      summary: 'The number of matching profiles',
      access: 'admin',
      query: profileFilter,
      answer: answers.total,
      errors: [503],
    },
  },
  '/api/admin/profiles/facets': {
    get: {
      summary: 'The matching profiles, counted by country and by birth month',
      access: 'admin',
      query: profileFilter,
      answer: answers.facets,
      errors: [503],
    },
  },
  '/api/admin/profiles/export': {
    get: {
      summary: 'The matching profiles, as a file',
      access: 'admin',
      query: exportQuery,
      answer: ['text/csv', 'application/x-ndjson'],
      errors: [503],
    },
  },
  '/api/admin/profiles/{clerk_id}': {
    get: {
      summary: 'One user, with deliveries and audit log',
      access: 'admin',
      params: user,
      answer: answers.adminUser,
      errors: [404, 503],
    },
    patch: {
      summary: 'Changes a user\'s fields, and records it in the audit log',
      access: 'admin',
      params: user,
      body: answers.edit,
      versioned: true,
      answer: answers.profile,
      errors: [404, 410, 429, 503],
    },
  },
  '/api/admin/identities': {
    get: {
      summary: 'Names, emails and pictures of users, from Clerk',
      access: 'admin',
      query: identitiesQuery,
      answer: answers.identitiesAnswer,
    },
  },
  '/api/admin/views': {
    get: { summary: 'My saved views', access: 'admin', answer: answers.views, errors: [503] },
  },
  '/api/admin/views/{name}': {
    put: {
      summary: 'Saves a search under a name',
      access: 'admin',
      params: view,
      body: savedViewBody,
      answer: answers.view,
      errors: [409, 429, 503],
    },
    delete: {
      summary: 'Deletes one of my saved views',
      access: 'admin',
      params: view,
      answer: null,
      errors: [429, 503],
    },
  },
  '/api/admin/import': {
    post: {
      summary: 'Imports a piece of a CSV or NDJSON file; by default only reports what it would change',
      access: 'admin',
      query: importQuery,
      body: ['text/csv', 'application/x-ndjson'],
      answer: answers.importAnswer,
      errors: [400, 413, 422, 503],
    },
  },
  '/api/admin/insights': {
    get: { summary: 'Counts of all profiles', access: 'admin', answer: answers.insights, errors: [503] },
  },
  '/api/admin/deliveries': {
    get: {
      summary: 'Webhook deliveries and their outcomes, newest first',
      access: 'admin',
      query: deliveriesQuery,
      answer: answers.deliveries,
      errors: [503],
    },
  },
  '/api/admin/deliveries/chart': {
    get: {
      summary: 'Webhook deliveries by outcome over time',
      access: 'admin',
      query: deliveryChartQuery,
      answer: deliveryChart,
      errors: [503],
    },
  },
  '/api/admin/sync': {
    get: {
      summary: 'How the sync is doing: events, runs, differences, and checks of the set-up',
      access: 'admin',
      answer: syncStatus,
      errors: [503],
    },
  },
  '/api/admin/catch-up': {
    post: {
      summary: 'Applies what changed in Clerk lately. While `run.state` is `running`, the next request continues',
      access: 'admin',
      answer: answers.run,
      errors: [503],
    },
  },
  '/api/admin/backfill': {
    post: {
      summary: 'Reads all of Clerk\'s users. While `run.state` is `running`, the next request continues',
      access: 'admin',
      answer: answers.run,
      errors: [503],
    },
  },
  '/api/admin/reconcile': {
    post: {
      summary: 'Compares Clerk\'s users with the profiles. While `run.state` is `running`, the next request continues',
      access: 'admin',
      body: reconcileRequest,
      answer: answers.run,
      errors: [503],
    },
  },
  '/api/admin/users/{clerk_id}/resync': {
    post: {
      summary: 'Applies a user to their profile, as Clerk has them now',
      access: 'admin',
      params: user,
      body: resyncRequest,
      answer: answers.resynced,
      errors: [404, 429, 503],
    },
  },
  '/api/cron/catch-up': {
    get: {
      summary:
        'For the cron of a platform whose processes do not live on: a catch-up, and the reconcile that it may ask for',
      access: 'token',
      answer: answers.run,
      errors: [401, 404, 409, 503],
    },
  },
  '/api/health': {
    get: { summary: 'The process is up', access: 'anyone', answer: answers.status('ok') },
  },
  '/api/metrics': {
    get: {
      summary: 'The metrics of this process and of the sync, for Prometheus',
      access: 'token',
      answer: ['text/plain'],
      errors: [401, 404],
    },
  },
  '/api/ready': {
    get: {
      summary: 'The database is reachable and its indexes are built',
      access: 'anyone',
      answer: answers.ready,
      errors: [503],
    },
  },
}
