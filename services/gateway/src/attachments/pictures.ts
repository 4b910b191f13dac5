import sharp from 'sharp';
import { ServiceError } from '@aftercare/messaging';

const PIXELS_MAX = 50_000_000;
const THUMBNAIL_EDGE = 320;
const QUALITY = 85;

sharp.cache(false);
sharp.concurrency(1);

/** A picture drawn anew. */
export interface Redrawn {
  content: Buffer;
  thumbnail: Buffer;
}

/**
 * Draws a picture anew in its own format: upright, without EXIF and place, and without whatever else was hidden in the file.
 * Errors: FILE_UNREADABLE for broken or oversized pictures.
 */
export async function redraw(content: Buffer, contentType: string): Promise<Redrawn> {
  const options = { limitInputPixels: PIXELS_MAX, failOn: 'error' } as const;
  try {
    const upright = sharp(content, options).autoOrient();
    const format = contentType === 'image/png' ? upright.clone().png() : contentType === 'image/webp' ? upright.clone().webp({ quality: QUALITY }) : upright.clone().jpeg({ quality: QUALITY });
    const small = upright.clone().resize(THUMBNAIL_EDGE, THUMBNAIL_EDGE, { fit: 'inside', withoutEnlargement: true }).webp({ quality: 70 });
    return { content: await format.toBuffer(), thumbnail: await small.toBuffer() };
  } catch {
    throw new ServiceError('invalid_argument', 'FILE_UNREADABLE', 'The picture cannot be read.', { field: 'file' });
  }
}
