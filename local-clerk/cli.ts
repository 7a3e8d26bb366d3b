import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import { startLocalClerk } from './index.ts'
import { password, seedPeople } from './seed.ts'

const main = defineCommand({
  meta: {
    name: 'local-clerk',
    description: 'A stand-in for Clerk on this machine: Frontend API, Backend API and signed webhooks.',
  },
  args: {
    'port': {
      type: 'string',
      default: '4010',
      description: 'The port to listen on, at 127.0.0.1',
    },
    'webhook-url': {
      type: 'string',
      description: 'The webhook endpoint of the app, such as http://localhost:3000/api/webhooks',
    },
    'data': {
      type: 'string',
      default: '.data/local-clerk',
      description: 'The folder for keys and state',
    },
    'seed': {
      type: 'string',
      default: '0',
      description: 'Number of example users to create',
    },
    'retry-scale': {
      type: 'string',
      default: '1',
      description: 'Multiplies the waits between delivery attempts',
    },
    'duplicate': {
      type: 'string',
      default: '0',
      description: 'Share of messages to deliver twice, 0 to 1',
    },
    'drop': {
      type: 'string',
      default: '0',
      description: 'Share of messages never to send, 0 to 1',
    },
    'wrong-signature': {
      type: 'string',
      default: '0',
      description: 'Share of attempts to sign with the wrong secret, 0 to 1',
    },
    'delay': {
      type: 'string',
      default: '0',
      description: 'Delay of every message, in milliseconds',
    },
    'reorder': {
      type: 'string',
      default: '0',
      description: 'Maximum of a further random delay of each message, in milliseconds',
    },
  },
  async run({ args }) {
    const number = (name: keyof typeof args) => {
      const value = Number(args[name])
      if (!(value >= 0)) {
        consola.error(`--${String(name)} must be a number of at least 0, not ${args[name]}`)
        process.exit(2)
      }
      return value
    }
    const clerk = await startLocalClerk({
      dataDir: args.data,
      port: number('port'),
      webhookUrl: args['webhook-url'],
      retryScale: number('retry-scale'),
      faults: {
        duplicate: number('duplicate'),
        drop: number('drop'),
        wrong_signature: number('wrong-signature'),
        delay: number('delay'),
        reorder: number('reorder'),
      },
      log: line => consola.info(line),
    })
    consola.box([
      `Local Clerk      ${clerk.url}`,
      `Control page     ${clerk.url}/__clerk/`,
      `Accounts         ada, liam, mia, admin @example.com`,
      `Password         ${password}, or the verification code 424242`,
    ].join('\n'))
    const variables = Object.entries(clerk.env).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    consola.log(`The environment variables for the app:\n${variables.join('\n')}`)

    const count = number('seed')
    if (count > 0) {
      await seedPeople(clerk, count, { done: done => consola.start(`Created ${done} of ${count} users`) })
      consola.success(`Created ${count} users`)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void clerk.stop().then(() => process.exit(0)))
    }
  },
})

await runMain(main)
