import { CreateOrganization } from '@clerk/nextjs'

export default function Page() {
  return <CreateOrganization routing="path" path="/create-organization" afterCreateOrganizationUrl="/switcher" />
}
