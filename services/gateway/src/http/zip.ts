import { crc32 } from 'node:zlib';

/** A file to be packed; contents are read one at a time. */
export interface ZipEntry {
  name: string;
  read: () => Promise<Buffer>;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1980-01-01, the format's first day: an entry has no time of its own. */
const FIRST_DAY = 0x21;
const ENTRIES_MAX = 0xffff;
const BYTES_MAX = 0xffff_ffff;

/**
 * A zip archive, piece by piece. Contents are kept as they are: photos and papers are compressed already.
 * Throws RangeError for what the format cannot hold without its 64-bit extension.
 */
export async function* zip(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  if (entries.length > ENTRIES_MAX) throw new RangeError('too many files for one archive');
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, read } of entries) {
    const content = await read();
    const common = commonHeader(Buffer.from(name, 'utf8'), content);
    central.push(centralHeader(common, offset));
    const local = Buffer.concat([word(LOCAL_HEADER), common.fields, common.name]);
    offset += local.length + content.length;
    if (offset > BYTES_MAX) throw new RangeError('too large for one archive');
    yield local;
    yield content;
  }
  const directory = Buffer.concat(central);
  yield directory;
  yield Buffer.concat([word(END), half(0), half(0), half(central.length), half(central.length), word(directory.length), word(offset), half(0)]);
}

interface CommonHeader {
  name: Buffer;
  /** What both headers of an entry say alike, up to the lengths of name and extra field. */
  fields: Buffer;
}

function commonHeader(name: Buffer, content: Buffer): CommonHeader {
  const stored = 0;
  return {
    name,
    fields: Buffer.concat([
      half(VERSION), half(FLAGS), half(stored), half(0), half(FIRST_DAY), word(crc32(content)), word(content.length), word(content.length), half(name.length), half(0),
    ]),
  };
}

function centralHeader({ name, fields }: CommonHeader, offset: number): Buffer {
  const [comment, disk, internal, external] = [half(0), half(0), half(0), word(0)];
  return Buffer.concat([word(CENTRAL_HEADER), half(VERSION), fields, comment, disk, internal, external, word(offset), name]);
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
