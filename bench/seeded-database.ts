import { setTimeout } from 'node:timers/promises'
import { consola } from 'consola'
import type { mongo } from 'mongoose'
import { seededProfiles } from '../fixtures/profiles.ts'
import { Profile } from '../server/database/profiles.ts'

/** The number of profiles. */
export const profiles = Number(process.env.BENCH_PROFILES ?? 1_000_000)

/** Inserts the profiles that benchmarks of the admin's tools read. */
export async function insertProfiles(collection: mongo.Collection): Promise<void> {
  let batch: object[] = []
  let count = 0
  for (const profile of seededProfiles(profiles)) {
    batch.push(profile)
    if (batch.length < 5_000) continue
    await collection.insertMany(batch, { ordered: false })
    batch = []
    if ((count += 5_000) % 250_000 === 0) consola.start(`${count} of ${profiles} profiles in ${collection.dbName}`)
  }
  if (batch.length > 0) await collection.insertMany(batch, { ordered: false })
}

/** Waits for the indexes that a started app builds in the background. */
export async function waitForIndexes(collection: mongo.Collection): Promise<void> {
  const declared = Profile.schema.indexes().length
  while (true) {
    const stored = await collection.aggregate([{ $indexStats: {} }]).toArray()
    // Besides those, MongoDB's own on _id.
    if (stored.length > declared && stored.every(({ building }) => !building)) return
    await setTimeout(500)
  }
}
