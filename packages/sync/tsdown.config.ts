/** For tsdown: bundles the source that the app runs, so that nothing is copied. */
export default {
  entry: ['index.ts', 'mongodb.ts'],
  platform: 'node',
  dts: true,
}
