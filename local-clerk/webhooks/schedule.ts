/** Svix's waits before each attempt, in milliseconds. The first attempt is immediate. */
export const schedule = [0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]
