export type { ChatOptions } from './options.js'
export { runChat } from './run.js'
