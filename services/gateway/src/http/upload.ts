import { createHash } from 'node:crypto';
import type { Multipart } from '@fastify/multipart';
import { ServiceError } from '@aftercare/messaging';
import type { FastifyRequest } from 'fastify';
import { invalidFields } from './validation.js';

/** An uploaded file, whole in memory: at most as large as the multipart limit. */
export interface Upload {
  fileName: string;
  content: Buffer;
}

/** what makes an upload the same one under the same key: the file and its name. */
export function uploadMark({ fileName, content }: Upload): { fileName: string; sha256: string } {
  return { fileName, sha256: createHash('sha256').update(content).digest('hex') };
}

const FIELD = 'file';
const FIELD_LENGTH_MAX = 100;

/**
 * Reads the one file of a multipart request, in the field "file"; nothing else may stand beside it. Errors: FILE_MISSING,
 * MEDIA_TYPE_UNSUPPORTED for a body of another kind, FILE_TOO_LARGE, FILES_TOO_MANY, BODY_UNREADABLE, INVALID_FIELD for another field.
 */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) throw request.headers['content-type'] === undefined ? missing() : notAnUpload();
  let upload: Upload | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file' || part.fieldname !== FIELD) throw unknownField(part);
      upload = { fileName: part.filename, content: await part.toBuffer() };
    }
  } catch (error) {
    throw error instanceof ServiceError ? error : unreadable(error);
  }
  if (!upload || upload.content.length === 0) throw missing();
  return upload;
}

/** A part of another name is read to its end, so that the request can be answered. */
function unknownField(part: Multipart): ServiceError {
  if (part.type === 'file') part.file.resume();
  return invalidFields([{ field: part.fieldname.slice(0, FIELD_LENGTH_MAX), check: 'unknown' }]);
}

function missing(): ServiceError {
  return new ServiceError('invalid_argument', 'FILE_MISSING', 'The request holds no file.', { field: FIELD });
}

function notAnUpload(): ServiceError {
  return new ServiceError('invalid_argument', 'MEDIA_TYPE_UNSUPPORTED', 'A file is sent as multipart/form-data.');
}

function unreadable(error: unknown): ServiceError {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_FILES_LIMIT') return new ServiceError('invalid_argument', 'FILES_TOO_MANY', 'One file at a time is taken.', { field: FIELD });
  if (code === 'FST_REQ_FILE_TOO_LARGE' || statusCode === 413) return new ServiceError('invalid_argument', 'FILE_TOO_LARGE', 'The file is too large.', { field: FIELD });
  return new ServiceError('invalid_argument', 'BODY_UNREADABLE', 'The upload cannot be read.', { field: FIELD });
}
