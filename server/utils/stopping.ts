/** Whether the process is stopping: then readiness fails, and connections are closed after their answer. */
export const stopping = { hasBegun: false }
