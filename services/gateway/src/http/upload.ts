import type { MultipartFile } from '@fastify/multipart';
import { ServiceError } from '@aftercare/messaging';
import type { FastifyRequest } from 'fastify';

/** An uploaded file, whole in memory: at most as large as the multipart limit. */
export interface Upload {
  fileName: string;
  content: Buffer;
}

/** Reads the one file of a multipart request. Errors: FILE_MISSING, FILE_TOO_LARGE, BODY_UNREADABLE. */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) throw missing();
  let file: MultipartFile | undefined;
  try {
    file = await request.file();
    if (!file) throw missing();
    const content = await file.toBuffer();
    if (content.length === 0) throw missing();
    return { fileName: file.filename, content };
  } catch (error) {
    throw error instanceof ServiceError ? error : unreadable(error);
  }
}

function missing(): ServiceError {
  return new ServiceError('invalid_argument', 'FILE_MISSING', 'The request holds no file.', { field: 'file' });
}

function unreadable(error: unknown): ServiceError {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_REQ_FILE_TOO_LARGE' || statusCode === 413) return new ServiceError('invalid_argument', 'FILE_TOO_LARGE', 'The file is too large.', { field: 'file' });
  return new ServiceError('invalid_argument', 'BODY_UNREADABLE', 'The upload cannot be read.', { field: 'file' });
}
