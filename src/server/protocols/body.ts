import express, { type Request, type RequestHandler, type Response } from 'express'
import multer, { MulterError } from 'multer'
import { AppError, invalid } from '../core/errors.js'
import type { UploadedFile } from './route.js'

/** Reads bodies, once it is known that they may be sent. */
export interface BodyReader {
  json(request: Request, response: Response): Promise<unknown>
  file(request: Request, response: Response): Promise<UploadedFile>
}

/** Limits are bytes. */
export function createBodyReader(limits: { json: number; file: number }): BodyReader {
  const parseJson = express.json({ limit: limits.json, type: () => true, strict: false })
  const parseUpload = multer({
    storage: multer.memoryStorage(),
    // One part more than the file: a form may carry a harmless field beside it.
    limits: { fileSize: limits.file, files: 1, fields: 1, parts: 2, fieldSize: 1024, headerPairs: 20 },
    defParamCharset: 'utf8',
  }).single('file')

  return {
    async json(request, response) {
      if (!hasBody(request)) return {}
      if (!request.is(['json', '+json']))
        throw new AppError('unsupported_media_type', 'Send the body as Content-Type: application/json.')
      await run(parseJson, request, response, jsonFault)
      return request.body
    },
    async file(request, response) {
      if (!request.is('multipart/form-data'))
        throw new AppError(
          'unsupported_media_type',
          'Send the file as multipart/form-data, in the field "file".',
        )
      await run(parseUpload, request, response, (error) => uploadFault(error, limits.file))
      if (request.file === undefined) throw invalid('There is no file in the field "file". Attach one.')
      return { name: request.file.originalname, content: request.file.buffer }
    },
  }
}

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0

function run(
  handler: RequestHandler,
  request: Request,
  response: Response,
  fault: (error: unknown) => AppError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    handler(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(fault(error))))
  })
}

/** body-parser says by `type` what was wrong; see its README, "Errors". */
function jsonFault(error: unknown): AppError {
  const type = error instanceof Error && 'type' in error ? error.type : undefined
  switch (type) {
    case 'entity.too.large':
      return new AppError('payload_too_large', 'The body is too large. Send less at once.')
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new AppError('unsupported_media_type', 'Send the body as UTF-8, plain or compressed by gzip.')
    default:
      return invalid('The body is no JSON object. Check its syntax.')
  }
}

function uploadFault(error: unknown, limit: number): AppError {
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE')
    return new AppError(
      'payload_too_large',
      `The file is too large: at most ${limit} bytes. Send a smaller one.`,
    )
  return invalid('The form is not as it should be: exactly one file, in the field "file".')
}
