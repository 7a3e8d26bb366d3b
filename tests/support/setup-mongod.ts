import { findMongod } from '../../modules/development/mongod-binary.ts'

/** One look for mongod, before the test files start and each look for themselves. */
export default async function setup() {
  process.env.MONGOMS_SYSTEM_BINARY ||= await findMongod({ log: console.log })
}
