import { randomBytes } from 'node:crypto'
import mongoose from 'mongoose'
import type { mongo } from 'mongoose'
import type { Check } from '../../../shared/sync.ts'
import { connect, currentDatabase } from '../../database/connection.ts'
import { durable } from '../../database/durable.ts'
import { within } from '../../deadline.ts'
import { callLimit, describeError, failed, inspect, ok, skipped, warning } from './finding.ts'
import type { Finding } from './finding.ts'
import { probeType } from './probe.ts'

/** The app's database, once it is connected. */
export type Opening = Promise<mongo.Db>

/** Connects to the database, without building its indexes. */
export function openDatabase(env: NodeJS.ProcessEnv): Opening {
  const opening = connected(env.MONGODB_URI)
  // Each check that reads it reports the error.
  opening.catch(() => {})
  return opening
}

async function connected(uri: string | undefined): Opening {
  if (!uri) throw new NoAddress('MONGODB_URI is not set')
  // A little more than the driver's own limit, whose error says more.
  await within(callLimit + 500, connect(uri))
  return currentDatabase()
}

class NoAddress extends Error {}

/** Runs a check of the database, or skips it when there is none. */
export function inspectDatabase(
  what: string,
  opening: Opening,
  look: (db: mongo.Db) => Promise<Finding>,
): Promise<Check> {
  return inspect(what, () => opening.then(look, () => skipped('MongoDB cannot be reached')))
}

/** Whether the database can be reached and used as the app does, and what it consists of. */
export function checkDatabase(opening: Opening): Promise<Check>[] {
  return [
    inspect('MongoDB', () => opening.then(checkServer).catch(describeOutage)),
    inspectDatabase('MongoDB topology', opening, checkTopology),
    inspectDatabase('Write concern', opening, checkWriteConcern),
    inspectDatabase('Expiry', opening, checkExpiry),
  ]
}

async function checkServer(db: mongo.Db): Promise<Finding> {
  const { version } = await within(callLimit, db.command({ buildInfo: 1 }))
  const { hosts } = mongoose.connection.getClient().options
  return ok(`MongoDB ${version} at ${hosts.join(', ')}, database ${db.databaseName}`)
}

/** What to do about a failed connection, by the driver's words. The first that match count. */
const outages: [words: RegExp, mend: string][] = [
  [/auth/i, 'Correct user and password in MONGODB_URI, with special characters percent-encoded, and check authSource'],
  [/ENOTFOUND|EAI_AGAIN|querySrv/, 'Correct the host in MONGODB_URI, or the name server of this machine'],
  [/ECONNREFUSED/, 'Start MongoDB, or correct host and port in MONGODB_URI. In development, `npm run dev` starts one'],
  [/certificate|TLS|SSL/i, 'Check the tls options in MONGODB_URI; on Atlas, also the IP access list'],
  [/scheme|connection string|URI/i, 'Set MONGODB_URI to an address such as mongodb://localhost:27017/addendum'],
]

function describeOutage(error: unknown): Finding {
  if (error instanceof NoAddress) {
    return failed(error.message, 'Set it in .env, or start `npm run dev`, which runs a MongoDB of its own')
  }
  const found = describeError(error)
  const mend = outages.find(([words]) => words.test(found))?.[1]
    ?? 'Check that MongoDB runs and that this machine may reach it (firewall, IP access list)'
  return failed(`MongoDB cannot be used: ${found}`, mend)
}

async function checkTopology(db: mongo.Db): Promise<Finding> {
  const { setName, hosts = [], passives = [], msg } = await within(callLimit, db.command({ hello: 1 }))
  if (msg === 'isdbgrid') return ok('A sharded cluster, reached through mongos')
  if (!setName) {
    return warning(
      'A standalone server: when it stops, the app cannot write until it is back',
      'Enough for development. In production, use a replica set of three',
    )
  }
  const members: number = hosts.length + passives.length
  if (members < 3) {
    return warning(
      `The replica set ${setName} has ${members} of 3 members with data: if one stops, so do writes`,
      'In production, use three members with data',
    )
  }
  return ok(`The replica set ${setName}, ${members} members with data`)
}

/**
 * Writes as the webhook does, and removes what it wrote. If that fails, it expires at once, because its time is long
 * past. A write that changes nothing would not do: MongoDB acknowledges it once a majority has all earlier writes.
 */
async function checkWriteConcern(db: mongo.Db): Promise<Finding> {
  const deliveries = db.collection<{ _id: string }>('deliveries')
  const probe = { _id: `probe_${randomBytes(12).toString('hex')}`, type: probeType, last_received_at: new Date(0) }
  const writeConcern = { ...durable, wtimeoutMS: callLimit - 500 }
  try {
    await within(callLimit, deliveries.insertOne(probe, { writeConcern }))
    return ok('A majority acknowledges writes, journaled')
  }
  catch (error) {
    return explainFailedWrite(error as mongo.MongoServerError, db.databaseName)
  }
  finally {
    await within(1_000, deliveries.deleteOne({ _id: probe._id })).catch(() => {})
  }
}

function explainFailedWrite(error: mongo.MongoServerError, database: string): Finding {
  if (error.codeName === 'Unauthorized') {
    return failed(`The user in MONGODB_URI may not write to ${database}`, `Give it the role readWrite on ${database}`)
  }
  return failed(
    `A majority does not acknowledge writes: ${describeError(error)}`,
    'See rs.status(): a majority of the members must run and keep up. Until then webhooks are answered 503',
  )
}

/** Tombstones, deliveries and audit entries are removed by MongoDB, unless somebody switched that off. */
async function checkExpiry(db: mongo.Db): Promise<Finding> {
  let isOn: unknown
  try {
    const command = { getParameter: 1, ttlMonitorEnabled: 1 }
    isOn = (await within(callLimit, db.admin().command(command))).ttlMonitorEnabled
  }
  catch (error) {
    // Not every user may ask, and Atlas and mongos do not say.
    if (!(error instanceof mongoose.mongo.MongoServerError)) throw error
    return skipped('MongoDB does not tell this user whether the TTL monitor runs')
  }
  return isOn
    ? ok('The TTL monitor runs')
    : failed(
        'The TTL monitor is off: tombstones, deliveries and audit entries are kept forever',
        'db.adminCommand({ setParameter: 1, ttlMonitorEnabled: true })',
      )
}
