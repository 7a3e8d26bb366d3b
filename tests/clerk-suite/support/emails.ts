import { expect } from 'vitest'
import type { RunningApp } from './app.ts'

/** An event as Local Clerk's control page lists it. */
interface Message {
  type: string
  body: { data: { to_email_address?: string, data?: { magic_link?: string } } }
}

/** Waits for the link that Clerk emails to an address: the event `email.created` has it. */
export async function emailedLink({ url }: Pick<RunningApp, 'url'>, email: string): Promise<string> {
  const links = async () => {
    const { messages } = await (await fetch(`${url}/__clerk/control`)).json() as { messages: Message[] }
    return messages
      .filter(({ type, body: { data } }) => type === 'email.created' && data.to_email_address === email)
      .flatMap(({ body }) => body.data.data?.magic_link ?? [])
  }
  await expect.poll(links).not.toEqual([])
  return (await links())[0]!
}
