import { SignUp } from '@clerk/nextjs'

export default function Page() {
  return <SignUp routing="path" path="/sign-up" unsafeMetadata={{ position: 'goalie' }} fallback={<p>Loading</p>} />
}
