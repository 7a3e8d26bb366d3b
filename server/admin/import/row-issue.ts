import type { Issue } from '../../../shared/issues.ts'

/** An issue with a row: with one of its columns, where `path` names it. */
export function rowIssue(code: string, message: string, { path = '', params = {} }: Partial<Issue> = {}): Issue {
  return { path, code, message, params }
}
