/** Faults on demand: shares are from 0 to 1, times in milliseconds. */
export interface Faults {
  /** Share of messages that are delivered twice. */
  duplicate: number
  /** Share of messages that are never sent. */
  drop: number
  /** Share of attempts that are signed with the wrong secret. */
  wrong_signature: number
  /** Delay of every message before its first attempt. */
  delay: number
  /** Upper bound of a further, random delay of each message, so that later messages overtake it. */
  reorder: number
}

export const noFaults: Faults = { duplicate: 0, drop: 0, wrong_signature: 0, delay: 0, reorder: 0 }

/** The highest value that a fault takes. */
export function limitOf(name: string): number {
  return name === 'delay' || name === 'reorder' ? 3_600_000 : 1
}

/** @param share  the probability of true, 0 to 1 */
export function happens(share: number): boolean {
  return Math.random() < share
}
