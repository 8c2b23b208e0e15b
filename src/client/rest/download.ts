import type { Attachment } from '../types/wire.js'
import type { Http } from './http.js'

// Ten megabytes over a slow line.
const patience = 120_000

/** Fetches a file by its signed link, which is all that it needs: no credential goes along. */
export async function download(http: Http, { url, mime_type }: Attachment): Promise<Blob> {
  const content = await http.content({ method: 'GET', path: url, headers: {}, patience })
  return new Blob([content], { type: mime_type })
}
