/** The handlers that Nitro has found: routes and middleware. */
declare module '#nitro-internal-virtual/server-handlers' {
  export const handlers: { route?: string, method?: string, middleware?: boolean }[]
}
