import { crc32, deflateSync, gzipSync, zipSync, strToU8 } from './packing.js';
import sharp from 'sharp';

/** Stands in every hostile file where a picture drawn anew must not have it. */
export const MARK = 'HOSTILE-MARK-7f3a';

const SCRIPT = `<script>alert('${MARK}')</script>`;

/** One chunk of a PNG. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of one colour that says it is this large; its data unpack to all its rows, or to none. */
export function hugePng(edge: number, withRows: boolean): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = withRows ? deflateSync(Buffer.alloc(edge * (1 + Math.ceil(edge / 8)))) : deflateSync(Buffer.alloc(1));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

/** A real PNG with a further chunk before its end. */
export async function pngWith(type: string, data: Buffer): Promise<Buffer> {
  const png = await picture('png');
  const end = png.length - 12;
  return Buffer.concat([png.subarray(0, end), chunk(type, data), png.subarray(end)]);
}

/** A small real picture. */
export function picture(format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff'): Promise<Buffer> {
  return sharp({ create: { width: 120, height: 80, channels: 3, background: '#2a7' } }).toFormat(format).toBuffer();
}

/** A picture that tells where and by whom it was taken. */
export function placed(format: 'jpeg' | 'png' | 'webp'): Promise<Buffer> {
  return sharp({ create: { width: 120, height: 80, channels: 3, background: '#a27' } })
    .withExif({ IFD0: { Copyright: MARK, Artist: MARK }, IFD3: { GPSLatitude: '28/1 39/1 0/1', GPSLatitudeRef: 'N', GPSLongitude: '121/1 26/1 0/1', GPSLongitudeRef: 'E' } })
    .withXmp(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><mark>${MARK}</mark></x:xmpmeta><?xpacket end="w"?>`)
    .toFormat(format).toBuffer();
}

/** A JPEG with a comment that is a page. */
export async function jpegWithPage(): Promise<Buffer> {
  const jpeg = await picture('jpeg');
  const page = Buffer.from(`<html>${SCRIPT}</html>`);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(page.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from('fffe', 'hex'), length, page, jpeg.subarray(2)]);
}

/** A JPEG whose head claims the largest size there is. */
export async function hugeJpeg(): Promise<Buffer> {
  const jpeg = Buffer.from(await picture('jpeg'));
  const frame = jpeg.indexOf(Buffer.from('ffc0', 'hex'));
  jpeg.writeUInt16BE(65_500, frame + 5);
  jpeg.writeUInt16BE(65_500, frame + 7);
  return jpeg;
}

export const archive = (): Buffer => Buffer.from(zipSync({ [`../../${MARK}.js`]: strToU8(`alert('${MARK}')`) }));
export const bombArchive = (): Buffer => Buffer.from(zipSync({ 'OFD.xml': new Uint8Array(30_000_000) }));
export const packedDrawing = (): Buffer => Buffer.from(gzipSync(strToU8(drawing())));
export const drawing = (): string => `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}</svg>`;
export const lateDrawing = (): string => drawing().replace('?>', `?><!--${' '.repeat(6_000)}-->`);
export const lateEntities = (): string => `<?xml version="1.0"?><!--${' '.repeat(6_000)}--><!DOCTYPE a [${Array.from({ length: 20 }, (_each, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`).join('')}]><a>&e20;</a>`;
export const outsideEntity = (): string => `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`;
export const styledXml = (): string => `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:,${MARK}"?><a/>`;
export const page = (): string => `<html><body>${SCRIPT}</body></html>`;
export const scriptedPdf = (): string => `%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert('x'))>>>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF`;
export const pageXml = (uri = 'http://www.w3.org/1999/xhtml'): string => `<?xml version="1.0"?><h:body xmlns:h="${uri}"><h:img src="x" onerror="alert('${MARK}')"/></h:body>`;
export const inflated = (): Buffer => Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(Buffer.alloc(40_000_000))]);
