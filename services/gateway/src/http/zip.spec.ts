import { crc32 } from 'node:zlib';
import { zip, type ZipEntry } from './zip.js';

const entry = (name: string, content: string | Buffer): ZipEntry => ({ name, read: () => Promise.resolve(Buffer.from(content)) });

async function packed(entries: ZipEntry[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zip(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What the archive's directory leads to, names with contents. */
function unpacked(archive: Buffer): Record<string, string> {
  const end = archive.length - 22;
  const files: Record<string, string> = {};
  for (let at = archive.readUInt32LE(end + 16); at < end; at += 46 + archive.readUInt16LE(at + 28)) {
    const [checksum, size, nameLength] = [archive.readUInt32LE(at + 16), archive.readUInt32LE(at + 24), archive.readUInt16LE(at + 28)];
    const name = archive.subarray(at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    expect(archive.readUInt32LE(local)).toBe(0x04034b50);
    expect(archive.subarray(local + 30, local + 30 + nameLength)).toEqual(name);
    // Version, flags, method, time and day stand in both headers alike; checksum and lengths follow the content.
    expect(archive.subarray(local + 4, local + 14)).toEqual(archive.subarray(at + 6, at + 16));
    const content = archive.subarray(local + 30 + nameLength, local + 30 + nameLength + size);
    expect(crc32(content)).toBe(checksum);
    const behind = local + 30 + nameLength + size;
    expect([0, 4, 8, 12].map((place) => archive.readUInt32LE(behind + place))).toEqual([0x08074b50, checksum, size, size]);
    files[name.toString()] = content.toString();
  }
  return files;
}

describe('a zip archive', () => {
  it('begins, lists and ends as the format says', async () => {
    const archive = await packed([entry('a.txt', 'hello'), entry('照片/1.jpg', 'x')]);
    expect(archive.readUInt32LE(0)).toBe(0x04034b50);
    const end = archive.length - 22;
    expect(archive.readUInt32LE(end)).toBe(0x06054b50);
    expect(archive.readUInt16LE(end + 10)).toBe(2);
    const directory = archive.readUInt32LE(end + 16);
    expect(archive.readUInt32LE(directory)).toBe(0x02014b50);
    expect(directory + archive.readUInt32LE(end + 12)).toBe(end);
    expect(archive.readUInt32LE(directory + 16)).toBe(0x3610a686);
    expect((await packed([])).length).toBe(22);
  });

  it('leads from its directory to each file, Chinese names with them', async () => {
    const archive = await packed([entry('customer.json', '{"name":"张三"}'), entry('files/照片.jpg', '图'), entry('empty', '')]);
    expect(unpacked(archive)).toEqual({ 'customer.json': '{"name":"张三"}', 'files/照片.jpg': '图', empty: '' });
  });
});
