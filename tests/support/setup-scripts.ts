import { fetchScripts } from '../../local-clerk/scripts.ts'

/** ClerkJS, once, before each Local Clerk looks for it. */
export default async function setup() {
  await fetchScripts(console.log)
}
