import { currentUser } from '@clerk/nextjs/server'

export default async function Page() {
  const user = await currentUser()
  if (!user) return <p>401: Unauthorized</p>
  return <p>{`Hello, ${user.firstName} (${user.primaryEmailAddress?.emailAddress})`}</p>
}
