import { Waitlist } from '@clerk/nextjs'

export default function Page() {
  return <Waitlist />
}
