import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A self-signed certificate for localhost, for tests only. */
const certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcteVwWjuCLwTIT9h
yy5L08Ttx0/OiHK4EaOW+4hudEOhRANCAARfdO/QlL0rUQXtG5eTXpJ1JIXUigbx
oTEvUO/kuq+NkCxd6V+sQY5mMiqkhgL8gOjYCIhXiG/s+Qmogu7ZFV46
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUbC9RTpeUYDBvwRhNjkb1YnGbExMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzAxNDM0M1oYDzIxMjYxMTAz
MDE0MzQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARfdO/QlL0rUQXtG5eTXpJ1JIXUigbxoTEvUO/kuq+NkCxd6V+sQY5m
MiqkhgL8gOjYCIhXiG/s+Qmogu7ZFV46o2kwZzAdBgNVHQ4EFgQU6gnkDy4iarAd
COdybP2UNLTjhCAwHwYDVR0jBBgwFoAU6gnkDy4iarAdCOdybP2UNLTjhCAwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIgHjci6DoqQeA+MojfxDKu7Nt3fwvPnlzsQm9G84p5I7ICIQCSZNRoJkLC
kVEUQNLvTO9QKZBrl6CPG4GHkWk5LgjZtg==
-----END CERTIFICATE-----`,
}

/**
 * A reverse proxy that ends TLS.
 * @param headersFor  the headers that it adds, by the host that the browser requests
 */
export async function startTlsProxy(target: string, headersFor: (host: string) => Record<string, string>) {
  const { port: upstream } = new URL(target)
  const server = createServer(certificate, (incoming, outgoing) => {
    const headers = { ...incoming.headers, ...headersFor(incoming.headers.host!) }
    const forwarded = request(
      { host: 'localhost', port: upstream, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(outgoing)
      },
    )
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  server.listen(0)
  await once(server, 'listening')
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
