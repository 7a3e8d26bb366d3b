import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import { readReport } from '../server/database/reports.ts'
import { environment } from '../server/environment.ts'
import { reconcile } from '../server/sync/reconcile.ts'
import type { ReconcileReport } from '../shared/sync.ts'
import { createProgress, finish, interruption, prepare, print, syncHelp } from './sync-command.ts'

const meanings = {
  missing: 'Users without a profile',
  behind: 'Profiles older than their user',
  gone: 'Profiles whose user Clerk no longer has',
  revived: 'Profiles marked as deleted whose user Clerk has',
} as const

const options = {
  'repair': { type: 'boolean', description: 'Repairs the differences' },
  'delete-limit': {
    type: 'string',
    description: 'The percentage of profiles that a repair may mark as deleted; RECONCILE_DELETE_LIMIT if unset',
    valueHint: 'percent',
  },
  'json': { type: 'boolean', description: 'Prints the report as JSON' },
} as const

const main = defineCommand({
  meta: {
    name: 'npm run reconcile --',
    description: [
      'Compares all of Clerk\'s users with the profiles, and prints what differs. With --repair, it makes the profiles',
      'equal to Clerk\'s users, and records each repair in the audit log. A profile is marked as deleted only if Clerk',
      'answers 404 for its user.',
      '',
      syncHelp,
    ].join('\n'),
  },
  args: options,
  run: ({ args }) => finish(args, options, async () => {
    const prepared = await prepare()
    const deleteLimit = Number(args['delete-limit'] ?? environment().RECONCILE_DELETE_LIMIT)
    if (!(deleteLimit >= 0 && deleteLimit <= 100)) throw new Error('Give --delete-limit as a percentage from 0 to 100')
    const run = await reconcile({
      ...prepared,
      repair: Boolean(args.repair),
      deleteLimit,
      onProgress: createProgress(),
      signal: interruption(),
    })
    const report = run.state === 'done' ? await readReport() : null
    if (args.json) console.log(JSON.stringify({ run, report }, undefined, 2))
    else {
      print(run, false)
      if (report) printReport(report)
    }
    return run.error === null
  }),
})

function printReport({ users, profiles, differences, examples, repaired }: ReconcileReport): void {
  consola.log(`${users} users, ${profiles} profiles`)
  for (const [kind, meaning] of Object.entries(meanings) as [keyof typeof meanings, string][]) {
    const ids = examples.filter(example => example.kind === kind).slice(0, 5).map(({ clerk_id }) => clerk_id)
    consola.log(`${meaning}: ${differences[kind]}${ids.length > 0 ? ` (${ids.join(', ')}…)` : ''}`)
  }
  const count = Object.values(differences).reduce((sum, each) => sum + each)
  if (repaired === null && count > 0) consola.info('Nothing was changed. Add --repair to repair the differences')
}

await runMain(main)
