import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import { startLocalClerk } from './index.ts'
import { password, seedPeople } from './seed.ts'

const main = defineCommand({
  meta: { name: 'local-clerk', description: 'A stand-in for Clerk on this machine: Frontend API, Backend API and signed webhooks.' },
  args: {
    'port': { type: 'string', default: '4010', description: 'Where it listens, on 127.0.0.1' },
    'webhook-url': { type: 'string', description: 'Where events go, such as http://localhost:3000/api/webhooks' },
    'data': { type: 'string', default: '.data/local-clerk', description: 'The folder of its keys and state' },
    'seed': { type: 'string', default: '0', description: 'Makes this many more users' },
    'retry-scale': { type: 'string', default: '1', description: 'Multiplies the waits between attempts' },
    'duplicate': { type: 'string', default: '0', description: 'Share of messages that are delivered twice, 0 to 1' },
    'drop': { type: 'string', default: '0', description: 'Share of messages that are never sent' },
    'wrong-signature': { type: 'string', default: '0', description: 'Share of attempts that are signed wrongly' },
    'delay': { type: 'string', default: '0', description: 'Milliseconds that every message waits' },
    'reorder': { type: 'string', default: '0', description: 'Milliseconds, at most, that each waits on top, at random' },
  },
  async run({ args }) {
    const number = (name: keyof typeof args) => {
      const value = Number(args[name])
      if (!(value >= 0)) {
        consola.error(`--${String(name)} takes a number from 0, not ${args[name]}`)
        process.exit(2)
      }
      return value
    }
    const clerk = await startLocalClerk({
      dataDir: args.data,
      port: number('port'),
      webhookUrl: args['webhook-url'],
      retryScale: number('retry-scale'),
      faults: { duplicate: number('duplicate'), drop: number('drop'), wrong_signature: number('wrong-signature'), delay: number('delay'), reorder: number('reorder') },
      log: line => consola.info(line),
    })
    consola.box([
      `Local Clerk      ${clerk.url}`,
      `Control page     ${clerk.url}/__clerk/`,
      `Accounts         ada, liam, mia, admin @example.com`,
      `Password         ${password}, or the e-mailed code 424242`,
    ].join('\n'))
    consola.log(`The app's environment:\n${Object.entries(clerk.env).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join('\n')}`)
    const count = number('seed')
    if (count > 0) {
      await seedPeople(clerk, count, { done: done => consola.start(`${done} of ${count} users`) })
      consola.success(`${count} users are there`)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void clerk.stop().then(() => process.exit(0)))
  },
})

await runMain(main)
