import { Zip, ZipPassThrough } from 'fflate';

/** A file to be packed; contents are read one at a time. */
export interface ZipEntry {
  name: string;
  read: () => Promise<Buffer>;
}

/** The format's first day: an entry has no time of its own. */
const FIRST_DAY = new Date(1980, 0, 1);
const ENTRIES_MAX = 0xffff;
const BYTES_MAX = 0xffff_ffff;

/**
 * A zip archive, piece by piece. Contents are kept as they are: photos and papers are compressed already.
 * Throws RangeError for what the format cannot hold without its 64-bit extension.
 */
export async function* zip(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  if (entries.length > ENTRIES_MAX) throw new RangeError('too many files for one archive');
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const archive = new Zip((error, piece) => {
    if (error) throw error;
    bytes += piece.length;
    if (bytes > BYTES_MAX) throw new RangeError('too large for one archive');
    pieces.push(piece);
  });
  for (const { name, read } of entries) {
    const file = new ZipPassThrough(name);
    file.mtime = FIRST_DAY;
    archive.add(file);
    file.push(await read(), true);
    yield* pieces.splice(0);
  }
  archive.end();
  yield* pieces.splice(0);
}
