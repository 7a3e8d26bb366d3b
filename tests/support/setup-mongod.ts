import { findMongod } from '../../modules/development/mongod-binary.ts'

/** Finds mongod once, before the test files start. */
export default async function setup() {
  process.env.MONGOMS_SYSTEM_BINARY ||= await findMongod({ log: console.log })
}
