/**
 * For tsdown: bundles the source that the repository runs, so that nothing is copied, with what it depends on, so that
 * it installs and starts at once.
 */
export default {
  entry: { index: 'index.ts', cli: '../../local-clerk/cli.ts' },
  platform: 'node',
  dts: true,
  noExternal: [/./],
  // The control page, as in a build by Nitro.
  loader: { '.html': 'text' },
  define: { 'import.meta.nitro': 'true' },
}
