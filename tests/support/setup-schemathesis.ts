import type { TestProject } from 'vitest/node'
import { findSchemathesis } from './schemathesis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The Python that has Schemathesis, if there is one. */
    schemathesis: string | undefined
  }
}

export default async function setup(project: TestProject) {
  project.provide('schemathesis', await findSchemathesis(console.log))
}
