import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MongoMemoryServer } from 'mongodb-memory-server'
import { findMongod } from './mongod-binary.ts'

const uriFile = (dataDir: string) => join(dataDir, 'mongodb.uri')

/**
 * Starts the MongoDB of a development server: a real mongod on a free local port, with its data in `<dataDir>/mongodb`.
 * mongodb-memory-server stops it when this process exits.
 * @returns its address, and a function that stops it
 * @throws Error when no mongod can be found or downloaded, or another process uses the data
 */
export async function startEmbeddedMongoDB(dataDir: string, log: (line: string) => void) {
  const systemBinary = await findMongod({ log })
  const dbPath = join(dataDir, 'mongodb')
  await mkdir(dbPath, { recursive: true })
  const server = await MongoMemoryServer.create({
    binary: { systemBinary },
    // A database that was not closed recovers first.
    instance: { dbPath, storageEngine: 'wiredTiger', dbName: 'addendum', launchTimeout: 60_000 },
  }).catch((error: Error) => {
    if (/DBPathInUse|Unable to lock/.test(error.message)) {
      throw new Error(`Another process has ${dbPath} open: stop the other \`npm run dev\`, or set MONGODB_URI.`)
    }
    throw error
  })
  const uri = server.getUri('addendum')
  await writeFile(uriFile(dataDir), uri)
  return {
    uri,
    async stop() {
      await rm(uriFile(dataDir), { force: true })
      await server.stop({ doCleanup: false })
    },
  }
}

/** The address of the MongoDB of a running development server; undefined if none is running. */
export async function embeddedUri(dataDir: string): Promise<string | undefined> {
  return readFile(uriFile(dataDir), 'utf8').catch(() => undefined)
}
