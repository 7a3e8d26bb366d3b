import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual, promisify } from 'node:util'
import { consola } from 'consola'
import type { ReconcileReport } from '../shared/sync.ts'
import { withLocalClerk } from './local-clerk.ts'
import type { World } from './local-clerk.ts'

const count = Number(process.env.BENCH_USERS || 100_000)
const planted = { missing: 400, behind: 300, gone: 200, revived: 100 }
const kills = 10

/**
 * Plants 1,000 differences between users and profiles, and measures a reconcile that reports them and one that repairs
 * them, which is killed ten times at random.
 */
export function benchReconcile(): Promise<void> {
  return withLocalClerk(count, async (world) => {
    consola.start('Creating their profiles')
    await command(world, 'backfill')
    await plant(world)
    const [compared, seconds] = await timed(() => reconcile(world))
    check('found', compared.differences, planted)

    const started = performance.now()
    for (let kill = 0; kill < kills; kill++) await killAfter(world, Math.random() * seconds * 1_000)
    await reconcile(world, '--repair', '--delete-limit=100')
    const repairSeconds = (performance.now() - started) / 1_000
    check('left', (await reconcile(world)).differences, { missing: 0, behind: 0, gone: 0, revived: 0 })
    consola.success([
      `${count} users, ${Object.values(planted).reduce((sum, each) => sum + each)} planted differences`,
      `  all found, and no others, in               ${seconds.toFixed(1)} s`,
      `  all repaired, killed ${kills} times at random, in ${repairSeconds.toFixed(1)} s`,
    ].join('\n'))
  })
}

async function plant({ clerk, stored, ids }: World): Promise<void> {
  const shuffled = ids.toSorted(() => Math.random() - 0.5).values()
  const take = (most: number) => Array.from({ length: most }, () => shuffled.next().value!)
  await stored.profiles.deleteMany({ clerk_id: { $in: take(planted.missing) } })
  await stored.profiles.updateMany(
    { clerk_id: { $in: take(planted.behind) } },
    { $set: { clerk_updated_at: new Date(0) } },
  )
  clerk.store.transaction(() => take(planted.gone).forEach(id => clerk.users.remove(id)))
  const now = new Date()
  await stored.profiles.updateMany(
    { clerk_id: { $in: take(planted.revived) } },
    { $set: { deleted_at: now, updated_at: now } },
  )
}

async function reconcile(world: World, ...args: string[]): Promise<ReconcileReport> {
  const { report } = JSON.parse(await command(world, 'reconcile', '--json', ...args)) as { report: ReconcileReport }
  return report
}

async function command({ env }: World, name: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`scripts/${name}.ts`, ...args], { env })
  return stdout
}

/** Kills a repair, and forgets its lease, as half a minute would. */
async function killAfter({ env, stored }: World, milliseconds: number): Promise<void> {
  const args = ['scripts/reconcile.ts', '--repair', '--delete-limit=100']
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
  const exit = once(child, 'exit')
  await Promise.race([sleep(milliseconds), exit])
  child.kill('SIGKILL')
  await exit
  await stored.client.db('addendum').collection('leases').updateMany({}, { $set: { expires_at: new Date(0) } })
}

async function timed<T>(work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const started = performance.now()
  return [await work(), (performance.now() - started) / 1_000]
}

function check(what: string, found: object, expected: object): void {
  if (isDeepStrictEqual(found, expected)) return
  throw new Error(`${what} ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`)
}
