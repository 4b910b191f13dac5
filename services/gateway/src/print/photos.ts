import { ServiceError } from '@aftercare/messaging';
import type { Attachments } from '../attachments/attachments.js';
import { isPicture } from '../attachments/attachment.rules.js';
import { forPaper } from '../attachments/pictures.js';
import { ifVisible } from '../http/all-items.js';
import type { AttachmentDto } from '../http/shared.dto.js';

/** Longest edge in pixels: sharp where two pictures share a page's width, and small enough that all a document keeps are printed. */
const EDGE = 1000;

/** A picture as it is put on paper. */
export interface PaperPhoto {
  /** Its place among the document's photos, from 1. */
  number: number;
  jpeg: Buffer;
}

/** The photos of a document that the caller was shown, one drawn after the other; what is no picture, or not kept any more, is left out. */
export async function paperPhotos(attachments: Attachments, photos: readonly AttachmentDto[]): Promise<PaperPhoto[]> {
  const drawn: PaperPhoto[] = [];
  for (const [at, photo] of photos.entries()) {
    const jpeg = await jpegOf(attachments, photo);
    if (jpeg) drawn.push({ number: at + 1, jpeg });
  }
  return drawn;
}

async function jpegOf(attachments: Attachments, { id, sha256 }: AttachmentDto): Promise<Buffer | undefined> {
  const file = await ifVisible(attachments.ofShownDocument(id));
  if (!file || file.sha256 !== sha256 || !isPicture(file.contentType) || !(await attachments.files.has(sha256))) return undefined;
  return forPaper(await attachments.files.read(sha256), EDGE).catch((error: unknown) => {
    if (error instanceof ServiceError) return undefined;
    throw error;
  });
}
