import { defineNitroPlugin } from 'nitropack/runtime'
import { checkNode } from '../utils/check-node.ts'

/** Runs before every other plugin, so that nothing else runs on a Node that is too old. */
export default defineNitroPlugin(checkNode)
