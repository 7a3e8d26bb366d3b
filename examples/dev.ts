import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { startLocalClerk } from '../local-clerk/index.ts'
import { startEmbeddedMongoDB } from '../modules/development/embedded-mongodb.ts'

// Starts an example's development server: node ../dev.ts <command> <arguments>. Without a MONGODB_URI it starts an
// embedded MongoDB, and without Clerk's keys Local Clerk, which sends its webhooks to the example.

const [command = '', ...args] = process.argv.slice(2)
const dataDir = join(process.cwd(), '.data')
const port = process.env.PORT ?? '3000'
const env: Record<string, string | undefined> = { ...process.env, PORT: port }
const log = (line: string) => console.log(line)

if (!env.MONGODB_URI) {
  env.MONGODB_URI = (await startEmbeddedMongoDB(dataDir, log)).uri
  log(`MongoDB is running at ${env.MONGODB_URI}, with its data in .data/mongodb`)
}
if (!env.CLERK_SECRET_KEY) {
  const webhookUrl = `http://localhost:${port}/api/webhooks`
  const clerk = await startLocalClerk({ dataDir: join(dataDir, 'local-clerk'), webhookUrl, log })
  Object.assign(env, {
    CLERK_PUBLISHABLE_KEY: clerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY,
    CLERK_SECRET_KEY: clerk.env.NUXT_CLERK_SECRET_KEY,
    CLERK_JWT_KEY: clerk.env.NUXT_CLERK_JWT_KEY,
    CLERK_API_URL: clerk.url,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET,
  })
  log(`Local Clerk sends webhooks to ${webhookUrl}: ${clerk.url}/__clerk/`)
}

const child = spawn(command, args, { env: env as NodeJS.ProcessEnv, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', code => process.exit(code ?? 0))
