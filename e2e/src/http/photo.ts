import sharp from 'sharp';

/** A small real photo; another number gives another picture. */
export function photo(number = 1): Promise<Buffer> {
  const background = { r: (number * 37) % 256, g: (number * 91) % 256, b: (number * 53) % 256 };
  return sharp({ create: { width: 64, height: 48, channels: 3, background } }).jpeg().toBuffer();
}
