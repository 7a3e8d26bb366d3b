const day = 86_400

/** How long a tombstone stays, in seconds: longer than an event about the user can still come. */
export const tombstoneRetention = 120 * day
/** How long a delivery stays, in seconds: longer than Svix repeats it, or lets it be replayed. */
export const deliveryRetention = 90 * day
