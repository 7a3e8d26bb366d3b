/**
 * Sets `a.b.c=value` in an object, making the objects on the way.
 * @param assignment  a path and a value, which is JSON where it parses as such and text where it does not
 * @throws Error when it is no assignment
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

/** An own property whatever its name, so that an event with a `__proto__` key can be sent. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
