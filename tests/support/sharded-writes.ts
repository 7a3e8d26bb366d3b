import mongoose from 'mongoose'
import { afterEach, expect } from 'vitest'

/** The collections that are sharded in a large database, and their shard keys: see docs/deploy.md. */
export const shardKeys: Record<string, string> = { profiles: 'clerk_id', deliveries: '_id' }

type Document = mongoose.mongo.Document

/** Why a router of a sharded cluster would refuse a command, or send it to every shard. */
export function whyNotSharded(name: string, command: Document): string[] {
  const key = shardKeys[command[name] as string]
  const stages: Document[] = name === 'aggregate' ? command.pipeline : []
  const targets = stages.flatMap(({ $merge, $out }) => [$merge?.into ?? $merge, $out?.coll ?? $out])
  if (targets.some(target => typeof target === 'string' && target in shardKeys)) return ['aggregate writes']
  if (!key) return []
  const statements: Document[] = command.updates ?? command.deletes ?? []
  const filters = name === 'findAndModify' ? [command.query] : statements.map(({ q }) => q)
  const faults = filters
    .filter(filter => !isEquality(filter[key]))
    .map(filter => `${name} on ${command[name]} without ${key}: ${Object.keys(filter).join(', ')}`)
  // The driver starts a transaction with autocommit: false.
  if (filters.length > 0 && command.autocommit === false) faults.push(`${name} on ${command[name]} in a transaction`)
  return faults
}

/** Whether a condition of a filter is one value. */
function isEquality(condition: unknown): boolean {
  if (condition === undefined || condition instanceof RegExp) return false
  const operators = Object.keys((condition ?? {}) as object).filter(each => each.startsWith('$'))
  return operators.every(operator => operator === '$eq')
}

const faults: string[] = []

/** The writes since the last call that a sharded cluster would refuse. */
export const takeFaults = () => faults.splice(0)

// Every write of the server's code in the integration tests is watched.
const { connect } = mongoose
mongoose.connect = (uri, options) => connect.call(mongoose, uri, { ...options, monitorCommands: true })
mongoose.connection.on('connected', () => {
  mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    faults.push(...whyNotSharded(commandName, command))
  })
})
afterEach(() => expect(takeFaults()).toEqual([]))
