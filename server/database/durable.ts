/** A write with this concern returns when it is on a majority of the nodes, and journaled. */
export const durable = { w: 'majority', j: true } as const

/** The server's error code for a value that a unique index already contains. */
export const duplicateKey = 11_000
