/** Nitro's bundler makes a string of an HTML file. */
declare module '*.html' {
  const html: string
  export default html
}
