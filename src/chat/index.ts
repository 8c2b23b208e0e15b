export { runChat } from './run.js'
