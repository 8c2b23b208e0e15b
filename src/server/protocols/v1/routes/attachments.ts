import { z } from 'zod'
import { invalid } from '../../../core/errors.js'
import type { Attachment } from '../../../core/model.js'
import { FileAnswer, reply, route } from '../../route.js'
import { linkOf } from '../answers.js'
import { asAnybody } from '../authentication.js'
import { attachment as schema } from '../schemas/entities.js'
import { id } from '../schemas/scalars.js'
import { attachment } from '../wire.js'

/** Shown where they stand; everything else is offered as a download, because a browser could run it. */
const rasterImages = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
])

export const attachmentRoutes = [
  route({
    method: 'post',
    path: '/v1/attachments',
    summary: 'Upload a file; its type is found in its content. Name it in a message by its id',
    auth: asAnybody,
    upload: true,
    responses: { 201: z.object({ attachment: schema }) },
    async handle({ core, session, file }) {
      if (file === null) throw invalid('There is no file. Attach one in the field "file".')
      return reply(201, {
        attachment: attachment(await core.attachments.upload(session, file), linkOf(core)),
      })
    },
  }),
  route({
    method: 'get',
    path: '/v1/attachments/:id',
    summary: 'Get a file by its signed link, which expires',
    auth: null,
    params: z.object({ id }),
    query: z.object({ sig: z.string().min(1).max(200) }),
    responses: { 200: z.instanceof(FileAnswer) },
    async handle({ core, params, query }) {
      const opened = await core.attachments.open(params.id, query.sig)
      return reply(200, new FileAnswer(opened.content, headersOf(opened.attachment)))
    },
  }),
]

function headersOf({ mimeType, name }: Attachment): Record<string, string> {
  const isImage = rasterImages.has(mimeType)
  return {
    'Content-Type': isImage ? mimeType : 'application/octet-stream',
    'Content-Disposition': `${isImage ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeName(name)}`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, max-age=3600',
    // A widget shows the picture on a page of another origin; the signature is what lets in.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }
}

/** RFC 8187: what encodeURIComponent leaves and the grammar does not allow is escaped, too. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
