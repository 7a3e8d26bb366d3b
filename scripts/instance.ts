import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import { describeMismatch, moveToInstance, readInstance } from '../server/database/clerk-instance.ts'
import { finish, prepare } from './sync-command.ts'

const options = {
  move: { type: 'string', description: 'Moves the database to this instance', valueHint: 'ins_…' },
} as const

const main = defineCommand({
  meta: {
    name: 'npm run instance --',
    description: [
      'Shows which Clerk instance the database belongs to, and which one the secret key belongs to. The first webhook',
      'or catch-up binds the database to its instance; after that, the app refuses the events and users of others.',
      '',
      'With --move, the database belongs to another instance from now on. Do this only if its users are the same, for',
      'example after Clerk has moved them. Profiles of users that it does not have stay until a reconcile.',
      '',
      'It exits with 1 if the two differ.',
    ].join('\n'),
  },
  args: options,
  run: ({ args }) => finish(args, options, async () => {
    const { clerk } = await prepare()
    const [bound, keys] = [await readInstance(), await clerk.getInstance()]
    if (args.move === undefined) {
      consola.log(`The database belongs to ${bound ?? 'no instance yet'}, the secret key to ${keys}`)
      if (bound !== null && bound !== keys) throw new Error(describeMismatch(bound, keys))
      return true
    }
    if (args.move !== keys) {
      throw new Error(`The secret key belongs to ${keys}, not to ${args.move}. Set the keys of ${args.move} first`)
    }
    await moveToInstance(keys)
    consola.success(`The database belongs to ${keys} now. Processes that run notice it within 10 seconds`)
    return true
  }),
})

await runMain(main)
