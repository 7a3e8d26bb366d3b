import { callLimit } from './finding.ts'

/** An answer over HTTP, with the start of its body. */
export interface Answer {
  status: number
  headers: Headers
  /** At most 16 KiB. */
  text: string
  /** This machine's clock in the middle of the request, in milliseconds. */
  at: number
}

const longestText = 16_384

/**
 * Sends a request and reads the start of the answer. It follows no redirect, and ends within the time limit, even if
 * the answer never does.
 * @param limit  in milliseconds
 * @throws TypeError when there is no answer, DOMException when there is none in time
 */
export async function ask(url: URL, init: RequestInit = {}, limit: number = callLimit): Promise<Answer> {
  const sent = Date.now()
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(limit) })
  const { status, headers } = response
  const at = (sent + Date.now()) / 2
  return { status, headers, text: await readStart(response), at }
}

async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length >= longestText) break
  }
  return text.slice(0, longestText)
}

/** The body as JSON; undefined when it is something else. */
export function parse<T>({ text }: Pick<Answer, 'text'>): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  }
  catch {
    return undefined
  }
}
