import type { Attachment } from '../types/wire.js'
import { partOf } from './pages.js'

interface Sender {
  send<Answer>(method: string, path: string, body: unknown): Promise<Answer>
}

/** Uploads a file; the message that carries it names its id. */
export function upload(calls: Sender, name: string, content: Blob): Promise<Attachment> {
  const form = new FormData()
  form.set('file', content, name)
  return partOf('attachment', calls.send('POST', '/v1/attachments', form))
}
