import * as bytes from './bytes.js';

/** An upload that nobody sends by mistake, and how it must end. */
export interface HostileUpload {
  what: string;
  /** The body in pieces, so that a large one never stands in memory whole. */
  body: () => Iterable<Buffer> | Promise<Iterable<Buffer>>;
  contentType: string;
  contentLength?: number;
  /** Ends the connection after the body, whatever was announced. */
  breaksOff?: boolean;
  headers?: Record<string, string>;
  /** Refused, or kept with nothing hostile left in it. */
  ends: 'refused' | 'neutralised';
}

const BOUNDARY = 'hostile-boundary-51c7';
const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

function opening(fileName: string, field = 'file', extra = ''): Buffer {
  return Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${field}"; filename="${fileName}"\r\ncontent-type: image/jpeg\r\n${extra}\r\n`);
}
const CLOSING = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

type Content = Buffer | string | Promise<Buffer>;
const single = (fileName: string, content: Content) => async (): Promise<Buffer[]> => [opening(fileName), Buffer.from((await content) as Buffer), CLOSING];

function file(what: string, fileName: string, content: () => Content, ends: HostileUpload['ends']): HostileUpload {
  return { what, body: () => single(fileName, content())(), contentType: MULTIPART, ends };
}

function* repeated(head: Buffer, piece: Buffer, times: number): Iterable<Buffer> {
  yield head;
  for (let count = 0; count < times; count += 1) yield piece;
  yield CLOSING;
}

const half = async (content: Promise<Buffer>): Promise<Buffer> => (await content).subarray(0, Math.floor((await content).length / 2));
const joined = async (first: Promise<Buffer>, second: Buffer): Promise<Buffer> => Buffer.concat([await first, second]);

/** Files that are not what they seem. */
const CONTENTS: HostileUpload[] = [
  file('a drawing with scripts', 'plan.svg', bytes.drawing, 'refused'),
  file('a drawing with scripts named .jpg', 'photo.jpg', bytes.drawing, 'refused'),
  file('a drawing with scripts after 6 KB of comment named .xml', 'invoice.xml', bytes.lateDrawing, 'refused'),
  file('a packed drawing', 'plan.svgz', bytes.packedDrawing, 'refused'),
  file('a page named .jpg', 'photo.jpg', bytes.page, 'refused'),
  file('entities that multiply, after 6 KB of comment', 'invoice.xml', bytes.lateEntities, 'refused'),
  file('an entity of a file of the server', 'invoice.xml', bytes.outsideEntity, 'refused'),
  file('XML with a style sheet', 'invoice.xml', bytes.styledXml, 'refused'),
  file('a page as XML under a prefix', 'invoice.xml', bytes.pageXml, 'refused'),
  file('a page as XML whose namespace is written in references', 'invoice.xml', () => bytes.pageXml('http://www.w3.org/1999/&#x78;html'), 'refused'),
  file('a page in UTF-16', 'invoice.xml', () => Buffer.from(`\uFEFF<?xml version="1.0"?>${bytes.page()}`, 'utf16le'), 'refused'),
  file('an archive named .jpg', 'photo.jpg', bytes.archive, 'refused'),
  file('an archive named .pdf', 'paper.pdf', bytes.archive, 'refused'),
  file('an archive that unpacks to 30 MB named .ofd', 'invoice.ofd', bytes.bombArchive, 'neutralised'),
  file('a program for Windows', 'photo.jpg', () => Buffer.concat([Buffer.from('4d5a9000', 'hex'), Buffer.alloc(500)]), 'refused'),
  file('a program for Linux', 'photo.png', () => Buffer.concat([Buffer.from('7f454c460201', 'hex'), Buffer.alloc(500)]), 'refused'),
  file('a script of the server', 'photo.php', () => `<?php system('id'); // ${bytes.MARK}`, 'refused'),
  file('a script for the shell named .png', 'photo.png', () => '#!/bin/sh\nrm -rf /\n', 'refused'),
  file('a GIF that is a script too', 'photo.gif', () => `GIF89a/*${'\0'.repeat(8)}*/=1;alert('${bytes.MARK}')`, 'refused'),
  file('a TIFF', 'photo.tiff', () => bytes.picture('tiff'), 'refused'),
  file('a PNG named .jpg', 'photo.jpg', () => bytes.picture('png'), 'refused'),
  file('a PDF named .jpg', 'photo.jpg', bytes.scriptedPdf, 'refused'),
  file('the head of a PDF', 'paper.pdf', () => '%PDF-1.4\n1 0', 'refused'),
  file('a PDF without its last line', 'paper.pdf', () => bytes.scriptedPdf().replace('%%EOF', ''), 'refused'),
  file('a PDF with a script', 'paper.pdf', bytes.scriptedPdf, 'neutralised'),
  file('a JPEG that is a page too', 'photo.jpg', bytes.jpegWithPage, 'neutralised'),
  file('a JPEG that is an archive too', 'photo.jpg', () => joined(bytes.picture('jpeg'), bytes.archive()), 'neutralised'),
  file('a PNG that is an archive too', 'photo.png', () => joined(bytes.picture('png'), bytes.archive()), 'neutralised'),
  file('a PNG with a page in its text', 'photo.png', () => bytes.pngWith('tEXt', Buffer.from(`Comment\0${bytes.page()}`)), 'neutralised'),
  file('a WebP with a script behind it', 'photo.webp', () => joined(bytes.picture('webp'), Buffer.from(bytes.page())), 'neutralised'),
];

/** Pictures that tell too much or are too large, broken or bottomless. */
const PICTURES: HostileUpload[] = [
  file('a JPEG with its place', 'photo.jpg', () => bytes.placed('jpeg'), 'neutralised'),
  file('a PNG with its place', 'photo.png', () => bytes.placed('png'), 'neutralised'),
  file('a WebP with its place', 'photo.webp', () => bytes.placed('webp'), 'neutralised'),
  file('a PNG of 30 000 × 30 000', 'photo.png', () => bytes.hugePng(30_000, true), 'refused'),
  file('a PNG that says 65 000 × 65 000 and holds nothing', 'photo.png', () => bytes.hugePng(65_000, false), 'refused'),
  file('a PNG of 7 000 × 7 000 that holds nothing', 'photo.png', () => bytes.hugePng(7_000, false), 'refused'),
  file('a JPEG that says 65 500 × 65 500', 'photo.jpg', bytes.hugeJpeg, 'refused'),
  file('a PNG whose colour profile unpacks to 40 MB', 'photo.png', () => bytes.pngWith('iCCP', bytes.inflated()), 'neutralised'),
  file('half a JPEG', 'photo.jpg', () => half(bytes.picture('jpeg')), 'refused'),
  file('half a PNG', 'photo.png', () => half(bytes.picture('png')), 'refused'),
  file('the head of a WebP', 'photo.webp', async () => (await bytes.picture('webp')).subarray(0, 20), 'refused'),
];

const JPEG = (): Promise<Buffer> => bytes.picture('jpeg');

/** Names that would lead elsewhere or break a header. */
const NAMES: HostileUpload[] = [
  file('a name with ../', '../../../etc/cron.d/photo.jpg', JPEG, 'neutralised'),
  file('a name with ..\\', '..\\..\\windows\\photo.jpg', JPEG, 'neutralised'),
  file('a name with a header in it', 'a%0d%0aset-cookie: x=1;photo.jpg', JPEG, 'neutralised'),
  file('a name that reads backwards', 'photo\u202Egpj.jpg', JPEG, 'neutralised'),
  file('a program by its last name', 'photo.jpg.exe', JPEG, 'refused'),
  file('a name of 5 000 letters', `${'a'.repeat(5_000)}.jpg`, JPEG, 'neutralised'),
  file('a name that is a page', '<img src=x onerror=alert(1)>.jpg', JPEG, 'neutralised'),
  file('a name with a zero byte', 'photo.php\0.jpg', JPEG, 'neutralised'),
];

const megabyte = Buffer.alloc(1 << 20, 0x20);
const field = (name: string): Buffer => Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nx\r\n`);
const part = (): Buffer => Buffer.concat([opening('photo.jpg'), Buffer.from('x\r\n')]);

/** Bodies that are no upload of one file. */
const BODIES: HostileUpload[] = [
  file('0 bytes', 'photo.jpg', () => '', 'refused'),
  { what: '200 MB', body: () => repeated(opening('photo.jpg'), megabyte, 200), contentType: MULTIPART, ends: 'refused' },
  { what: '10 000 parts', body: () => repeated(Buffer.alloc(0), part(), 10_000), contentType: MULTIPART, ends: 'refused' },
  { what: '10 000 fields', body: () => repeated(Buffer.alloc(0), field('note'), 10_000), contentType: MULTIPART, ends: 'refused' },
  { what: 'a field named __proto__', body: () => [field('__proto__'), CLOSING], contentType: MULTIPART, ends: 'refused' },
  { what: 'a file in the field constructor', body: async () => [opening('photo.jpg', 'constructor'), await JPEG(), CLOSING], contentType: MULTIPART, ends: 'refused' },
  { what: 'a part with 1 MB of headers', body: async () => [opening('photo.jpg', 'file', `x-much: ${'a'.repeat(1 << 20)}\r\n`), await JPEG(), CLOSING], contentType: MULTIPART, ends: 'neutralised' },
  { what: 'no boundary', body: () => single('photo.jpg', JPEG())(), contentType: 'multipart/form-data', ends: 'refused' },
  { what: 'another boundary', body: () => single('photo.jpg', JPEG())(), contentType: 'multipart/form-data; boundary=other', ends: 'refused' },
  { what: 'a body that does not end', body: async () => [opening('photo.jpg'), await JPEG()], contentType: MULTIPART, ends: 'refused' },
  { what: 'a connection that breaks off', body: async () => [opening('photo.jpg'), await JPEG()], contentType: MULTIPART, contentLength: 5_000_000, breaksOff: true, ends: 'refused' },
  { what: 'a packed body', body: async () => [bytes.packedDrawing()], contentType: MULTIPART, headers: { 'content-encoding': 'gzip' }, ends: 'refused' },
];

/** Every hostile upload; each is made anew, so that any number of runs is alike. */
export const HOSTILE_UPLOADS: readonly HostileUpload[] = [...CONTENTS, ...PICTURES, ...NAMES, ...BODIES];
