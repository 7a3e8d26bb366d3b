import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { consola } from 'consola'
import { startReplicaSet } from '../fixtures/mongodb.ts'
import { message, sign, userEvent } from '../fixtures/webhooks.ts'
import { whereTimeGoes } from './cpu-profile.ts'
import { median, startServer } from './server.ts'

const connections = 64
const eventsARound = 10_000
const rounds = 5
const memoryRounds = 10

let version = Date.now()

/** Sends a round of `user.updated` events of different users, signed beforehand. */
async function round(url: string) {
  const requests = Array.from({ length: eventsARound }, (_, index) => {
    const sent = message(userEvent('user.updated', `user_${index}`, version++))
    return { body: sent.body, headers: sign(sent) }
  })
  let next = 0
  const started = performance.now()
  let ended = started
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const load = autocannon(
      {
        url,
        connections,
        amount: eventsARound,
        requests: [{ method: 'POST', setupRequest: request => Object.assign(request, requests[next++]) }],
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    )
    // Autocannon rounds its own duration to whole seconds.
    load.on('response', () => (ended = performance.now()))
  })
  if (result['2xx'] !== eventsARound) throw new Error(`${eventsARound - result['2xx']} events were not answered 200`)
  return { perSecond: (eventsARound / (ended - started)) * 1_000, p50: result.latency.p50, p99: result.latency.p99 }
}

/** Webhooks: group commit beside one write per event, memory, start-up time, and a CPU profile. */
export async function benchWebhooks(): Promise<void> {
  consola.info(
    `${connections} connections, ${eventsARound} signed user.updated events a round, `
    + 'a replica set of one, every write on a majority and journaled',
  )
  const set = await startReplicaSet(1)
  const uri = set.uri.replace('/?', '/addendum?')
  try {
    const shared = await startServer({ uri })
    const alone = await startServer({ uri, env: { GROUP_COMMIT: 'off' } })
    await round(`${shared.url}/api/webhooks`)
    await round(`${alone.url}/api/webhooks`)
    const results: Record<'shared' | 'alone', Awaited<ReturnType<typeof round>>[]> = { shared: [], alone: [] }
    for (let index = 1; index <= rounds; index++) {
      consola.start(`Round ${index} of ${rounds}`)
      results.shared.push(await round(`${shared.url}/api/webhooks`))
      results.alone.push(await round(`${alone.url}/api/webhooks`))
    }
    const rows = Object.entries(results).map(([name, each]) => ({
      'group commit': name === 'shared' ? 'on' : 'off',
      'events/s (median)': Math.round(median(each.map(({ perSecond }) => perSecond))),
      'p50 ms': median(each.map(({ p50 }) => p50)),
      'p99 ms': median(each.map(({ p99 }) => p99)),
    }))
    console.table(rows)
    const ratios = results.shared.map(({ perSecond }, index) => perSecond / results.alone[index]!.perSecond)
    consola.log(`On is ${median(ratios).toFixed(2)} times as fast as off (median of ${rounds} rounds side by side)`)
    await alone.stop()

    const before = await shared.residentMiB()
    const memory: number[] = []
    for (let index = 1; index <= memoryRounds; index++) {
      consola.start(`Memory: ${index * eventsARound} of ${memoryRounds * eventsARound} events`)
      await round(`${shared.url}/api/webhooks`)
      memory.push(await shared.residentMiB())
    }
    consola.log(
      `Resident memory, MiB: ${before.toFixed(0)} before, then after each ${eventsARound} events `
      + memory.map(each => each.toFixed(0)).join(' '),
    )
    await shared.stop()

    const startups: number[] = []
    for (let index = 0; index < rounds; index++) {
      const server = await startServer({ uri })
      startups.push(server.startupMs)
      await server.stop()
    }
    consola.log(`Start-up until ready: ${median(startups).toFixed(0)} ms (median of ${rounds})`)

    const profileTo = await mkdtemp(join(tmpdir(), 'addendum-profile-'))
    const profiled = await startServer({ uri, profileTo })
    for (let index = 0; index < 3; index++) await round(`${profiled.url}/api/webhooks`)
    await profiled.stop()
    consola.log('Where the server\'s time goes, group commit on:')
    console.table(await whereTimeGoes(profileTo))
    await rm(profileTo, { recursive: true })
  }
  finally {
    await set.stop()
  }
}
