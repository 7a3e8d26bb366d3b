import type { startServerWithLocalClerk } from './server.ts'

type Server = Awaited<ReturnType<typeof startServerWithLocalClerk>>

export interface ApiAnswer {
  status: number
  headers: Headers
  // Each test says which body it expects.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any
}

/** A user of Local Clerk who calls the API as a program does, with a bearer token. */
export async function apiUser(server: Server, identifier: string, password = 'local-clerk') {
  const frontend = async (path: string, body: Record<string, string> = {}, cookie = '') => {
    const response = await fetch(`${server.url}/__clerk/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers: { cookie },
    })
    return {
      cookie: response.headers
        .getSetCookie()
        .map(each => each.split(';')[0])
        .join('; '),
      json: (await response.json()) as { response?: { created_session_id: string }, jwt?: string },
    }
  }
  const { cookie, json } = await frontend('client/sign_ins', { strategy: 'password', identifier, password })
  const session = json.response!.created_session_id

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    // Tokens last a minute, and tests may last longer.
    const {
      json: { jwt },
    } = await frontend(`client/sessions/${session}/tokens`, {}, cookie)
    return call(server.url, method, path, body, { authorization: `Bearer ${jwt}`, ...headers })
  }
  return {
    ask,
    get: (path: string) => ask('GET', path),
    patch: (body: unknown, headers?: Record<string, string>) => ask('PATCH', '/api/me', body, headers),
    token: async () => (await frontend(`client/sessions/${session}/tokens`, {}, cookie)).json.jwt!,
  }
}

/** One request. A string and bytes are sent as they are, anything else as JSON. */
export async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body:
      body === undefined || typeof body === 'string' || body instanceof Uint8Array
        ? (body as BodyInit)
        : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text }
}
