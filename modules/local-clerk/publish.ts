import type { SeededUser } from '../../local-clerk/index.ts'

/**
 * Opens a seeded user's profile to the directory, by the same request that the form sends.
 * @throws Error when the app does not take it
 */
export async function publish({ webhookUrl, token, showsBirthday }: SeededUser): Promise<void> {
  const response = await fetch(new URL('me', webhookUrl), {
    method: 'PATCH',
    headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ visibility: 'public', birthday_visibility: showsBirthday ? 'public' : 'private' }),
  })
  if (!response.ok) throw new Error(`The app answered ${response.status} to a profile that joins the directory`)
}
