import type { $ZodError, $ZodIssue } from 'zod/v4/core'

/** What a message of the API names, such as the length that is allowed. */
export type MessageParams = Record<string, string | number>

/** What is wrong with a value. The API answers it beside its English message, and a page translates it by its code. */
export interface Issue {
  /** The name of the field; '' where it is none of a field. */
  path: string
  /**
   * Zod's, followed by the format, the type or what has the size; or the `code` that a check of our own has among its
   * parameters.
   */
  code: string
  /** In English. */
  message: string
  params: MessageParams
}

export const issuesOf = ({ issues }: $ZodError): Issue[] => issues.map(issue => ({
  path: String(issue.path[0] ?? ''),
  message: issue.message,
  ...describe(issue),
}))

function describe(issue: $ZodIssue): Pick<Issue, 'code' | 'params'> {
  switch (issue.code) {
    case 'invalid_format': return { code: `invalid_${issue.format}`, params: {} }
    case 'invalid_type': return { code: `invalid_${issue.expected}`, params: {} }
    // Of a number, a string or an array.
    case 'too_small': return { code: `too_small_${issue.origin}`, params: { least: Number(issue.minimum) } }
    case 'too_big': return { code: `too_big_${issue.origin}`, params: { most: Number(issue.maximum) } }
    case 'custom': return describeOwn(issue.params ?? {})
    default: return { code: issue.code, params: {} }
  }
}

function describeOwn({ code = 'custom', ...params }: Record<string, unknown>): Pick<Issue, 'code' | 'params'> {
  return { code: String(code), params: params as MessageParams }
}
