import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnvFile } from 'node:process'
import { startLocalClerk } from '../local-clerk/index.ts'
import { startEmbeddedMongoDB } from '../modules/development/embedded-mongodb.ts'
import { freePort } from '../fixtures/free-port.ts'
import { publicVariables, serveWithLocalClerk } from './local-clerk.ts'

// Starts an example's development server: node ../dev.ts <command> <arguments>. Without a MONGODB_URI it starts an
// embedded MongoDB, and without Clerk's keys Local Clerk, which sends its webhooks to the example.

if (existsSync('.env')) loadEnvFile('.env')
const [command = '', ...args] = process.argv.slice(2)
const dataDir = join(process.cwd(), '.data')
const env: Record<string, string | undefined> = { ...process.env, PORT: process.env.PORT ?? '3000' }
const log = (line: string) => console.log(line)

if (!env.MONGODB_URI) {
  env.MONGODB_URI = (await startEmbeddedMongoDB(dataDir, log)).uri
  log(`MongoDB is running at ${env.MONGODB_URI}, with its data in .data/mongodb`)
}
if (!env.CLERK_SECRET_KEY) {
  const url = `http://localhost:${env.PORT}`
  const clerk = await startLocalClerk({ dataDir: join(dataDir, 'local-clerk'), webhookUrl: `${url}/api/webhooks`, log })
  const port = await freePort()
  await serveWithLocalClerk(Number(env.PORT), `http://localhost:${port}`, clerk.url)
  Object.assign(env, publicVariables(clerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY), {
    PORT: String(port),
    CLERK_SECRET_KEY: clerk.env.NUXT_CLERK_SECRET_KEY,
    CLERK_JWT_KEY: clerk.env.NUXT_CLERK_JWT_KEY,
    CLERK_API_URL: clerk.url,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET,
  })
  log(`The example is at ${url}, and Local Clerk at ${url}/__clerk/ sends webhooks to ${url}/api/webhooks`)
}

const child = spawn(command, args, { env: env as NodeJS.ProcessEnv, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', code => process.exit(code ?? 0))
