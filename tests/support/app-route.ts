import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAppSync } from '../../server/sync/app-sync.ts'

const silent = () => {}

/** The app's webhook route on a server of its own, with the real receiver and this process's database. */
export async function startAppRoute(signingSecrets: string[]) {
  const sync = createAppSync({
    signingSecrets,
    log: { info: silent, warn: silent, error: silent },
    deleteMode: 'erase',
    groupCommit: true,
    onUserChange: silent,
  })
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url!)
    void sync.node(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    /** The paths that were asked for. */
    paths,
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhooks`),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
