import { z } from 'zod'
import { invalid } from '../../../core/errors.js'
import { fileAnswer } from '../../file-answer.js'
import { FileAnswer, reply, route } from '../../route.js'
import { linkOf } from '../answers.js'
import { writingMember } from '../authentication.js'
import { attachment as schema } from '../schemas/entities.js'
import { id } from '../schemas/scalars.js'
import { attachment } from '../wire.js'

/** Files that messages carry. */
export const attachmentRoutes = [
  route({
    method: 'post',
    path: '/api/attachments',
    summary: 'Upload a file; its type is found in its content. Name it in a message by its id',
    auth: writingMember,
    upload: true,
    responses: { 201: schema },
    async handle({ core, session: { member }, file }) {
      if (file === null) throw invalid('There is no file. Attach one in the field "file".')
      return reply(201, attachment(await core.attachments.upload(member, file), linkOf(core)))
    },
  }),
  route({
    method: 'get',
    path: '/api/attachments/:id',
    summary: 'Get a file by its signed link, which expires',
    auth: null,
    params: z.object({ id }),
    query: z.object({ sig: z.string().min(1).max(200) }),
    responses: { 200: z.instanceof(FileAnswer) },
    async handle({ core, params, query }) {
      return reply(200, fileAnswer(await core.attachments.open(params.id, query.sig)))
    },
  }),
]
