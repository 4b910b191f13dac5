import type Sharp from 'sharp';
import { ServiceError } from '@aftercare/messaging';

const PIXELS_MAX = 50_000_000;
const THUMBNAIL_EDGE = 320;
const QUALITY = 85;

let loaded: typeof Sharp | undefined;

/** The picture library is large and seldom needed, so it is loaded with the first picture. */
async function library(): Promise<typeof Sharp> {
  if (loaded) return loaded;
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return (loaded = sharp);
}

/** A picture small enough for paper, as JPEG on white, with nothing but what is seen. Errors: FILE_UNREADABLE. */
export async function forPaper(content: Buffer, edge: number): Promise<Buffer> {
  const sharp = await library();
  return sharp(content, { limitInputPixels: PIXELS_MAX, failOn: 'error' })
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true }).flatten({ background: '#ffffff' }).jpeg({ quality: 80 }).toBuffer().catch(() => { throw unreadable(); });
}

/** The refusal of a file that is broken. */
export function unreadable(): ServiceError {
  return new ServiceError('invalid_argument', 'FILE_UNREADABLE', 'The file cannot be read.', { field: 'file' });
}

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
  const sharp = await library();
  const options = { limitInputPixels: PIXELS_MAX, failOn: 'error' } as const;
  try {
    const upright = sharp(content, options).autoOrient();
    const same = upright.clone();
    const format = contentType === 'image/png' ? same.png() : contentType === 'image/webp' ? same.webp({ quality: QUALITY }) : same.jpeg({ quality: QUALITY });
    const small = upright.clone().resize(THUMBNAIL_EDGE, THUMBNAIL_EDGE, { fit: 'inside', withoutEnlargement: true }).webp({ quality: 70 });
    return { content: await format.toBuffer(), thumbnail: await small.toBuffer() };
  } catch {
    throw unreadable();
  }
}
