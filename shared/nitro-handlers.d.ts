/** The routes and middleware that Nitro found. */
declare module '#nitro-internal-virtual/server-handlers' {
  export const handlers: { route?: string, method?: string, middleware?: boolean }[]
}
