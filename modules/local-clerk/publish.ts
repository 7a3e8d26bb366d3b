import type { SeededUser } from '../../local-clerk/index.ts'

/**
 * Adds a seeded user to the directory, with the same request that the form sends.
 * @throws Error when the app refuses the request
 */
export async function publish({ webhookUrl, token, showsBirthday }: SeededUser): Promise<void> {
  const response = await fetch(new URL('me', webhookUrl), {
    method: 'PATCH',
    headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ visibility: 'public', birthday_visibility: showsBirthday ? 'public' : 'private' }),
  })
  if (!response.ok) throw new Error(`The app answered ${response.status} when a seeded user joined the directory`)
}
