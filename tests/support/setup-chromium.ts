import { findChromium } from './chromium.ts'

/** Finds Chromium once, before the test files start. */
export default async function setup() {
  process.env.CHROMIUM_PATH ||= await findChromium(console.log)
}
