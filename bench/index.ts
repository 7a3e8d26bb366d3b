import { consola } from 'consola'
import { findMongod } from '../modules/development/mongod-binary.ts'
import { benchAdmin } from './admin.ts'
import { benchBackfill } from './backfill.ts'
import { benchBulk } from './bulk.ts'
import { benchGrowth } from './growth.ts'
import { benchReads } from './reads.ts'
import { benchReconcile } from './reconcile.ts'
import { isBuilt } from './server.ts'
import { benchWebhooks, profileWebhooks } from './webhooks.ts'

const benches = {
  'webhooks': benchWebhooks,
  '--quick': () => benchWebhooks({ quick: true }),
  'profile': profileWebhooks,
  'reads': benchReads,
  'growth': benchGrowth,
  'admin': benchAdmin,
  'bulk': benchBulk,
  'backfill': benchBackfill,
  'reconcile': benchReconcile,
}
const name = process.argv[2] ?? 'webhooks'

if (!(name in benches)) {
  consola.error(
    `There is no bench ${name}. Run one of: ${Object.keys(benches)
      .map(each => `npm run bench -- ${each}`)
      .join(', ')}`,
  )
  process.exit(2)
}
const needsBuild = name !== 'backfill' && name !== 'reconcile'
if (needsBuild && !isBuilt()) process.exit(1)
process.env.MONGOMS_SYSTEM_BINARY ||= await findMongod({ log: line => consola.info(line) })
await benches[name as keyof typeof benches]()
