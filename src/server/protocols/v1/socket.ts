export { adminFace } from './admin-face.js'
export { clientFace } from './client-face.js'
