import { fetchScripts } from '../../local-clerk/scripts.ts'

/** Downloads ClerkJS once, before any Local Clerk needs it. */
export default async function setup() {
  await fetchScripts(console.log)
}
