import { Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { notFound } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerOf } from '../auth/auth.schemas.js';
import { Download, Upload } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { readUpload } from '../http/upload.js';
import { Attachments, type Attachment } from './attachments.js';
import { InDocumentQuery } from './document-files.js';

const text = { type: 'string' };
const attachmentAnswer = answerOf({ id: text, sha256: text, contentType: text, sizeBytes: { type: 'integer' } });

/** The answer of an upload. */
interface AttachmentView {
  id: string;
  sha256: string;
  contentType: string;
  sizeBytes: number;
}

@Controller('attachments')
export class AttachmentsController {
  constructor(private readonly attachments: Attachments) {}

  @Upload('', 'attachment.upload', attachmentAnswer)
  async upload(@Req() request: FastifyRequest): Promise<AttachmentView> {
    const { id, sha256, contentType, sizeBytes } = await this.attachments.store(await readUpload(request));
    return { id, sha256, contentType, sizeBytes };
  }

  @Download(':id', 'attachment.read')
  async get(@PathId() id: string, @Query() within: InDocumentQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return sendFile(this.attachments, await this.attachments.get(id, within), reply);
  }

  @Download(':id/thumbnail', 'attachment.read')
  async thumbnail(@PathId() id: string, @Query() within: InDocumentQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { sha256, hasThumbnail } = await this.attachments.get(id, within);
    if (!hasThumbnail) throw notFound('thumbnail');
    download(reply, 'image/webp', 'thumbnail.webp');
    return new StreamableFile(this.attachments.files.stream(sha256, true));
  }
}

/** The file of a row, as the answer. Errors: NOT_FOUND when its content is gone. */
export async function sendFile(attachments: Attachments, row: Attachment, reply: FastifyReply): Promise<StreamableFile> {
  if (!(await attachments.files.has(row.sha256))) throw notFound('attachment');
  download(reply, row.contentType, row.fileName);
  return new StreamableFile(attachments.files.stream(row.sha256));
}

/** Saved, never shown inside the page and never guessed at, so that a file cannot act as a page of this site. */
export function download(reply: FastifyReply, contentType: string, fileName: string): void {
  void reply
    .header('content-type', contentType)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'private, max-age=3600');
}
