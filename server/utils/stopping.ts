/** Whether this process has been told to stop: readiness says so, and connections are not kept. */
export const stopping = { isTold: false }
