/**
 * Applies an assignment such as `a.b.c=value` to an object. Creates missing objects along the path.
 * @param assignment  a path and a value, which is parsed as JSON if possible, or else used as text
 * @throws Error when the text is not an assignment
 */
export function setPath(target: Record<string, unknown>, assignment: string): void {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? []
  if (path === undefined || text === undefined) throw new Error(`--set takes path=value, not ${assignment}`)
  const keys = path.split('.')
  const last = keys.pop()!
  let place = target
  for (const key of keys) {
    if (!Object.hasOwn(place, key) || typeof place[key] !== 'object' || place[key] === null) define(place, key, {})
    place = place[key] as Record<string, unknown>
  }
  define(place, last, valueOf(text))
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return text
  }
}

/** Defines an own property of any name, so that you can send an event with a `__proto__` key. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
