// Reads uploaded sheets in a process of its own, since what a small file unpacks to may be large and long to read. It is started by
// hucre-spreadsheets.ts with the first sheet and ended when there is none to read; plain JavaScript, so that specs and the built
// gateway start the same file. What is no sheet, or is wider or larger than any form, is answered as a problem.
const ZIP_MAGIC = 'PK';
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const COMMENT_MAX = 65_535;
/** 20 000 rows of the widest form are a third of it. */
const UNPACKED_MAX = 100_000_000;
const COLUMNS_MAX = 200;
const HEADING_BYTES_MAX = 20_000;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** What the files of a zip unpack to, as its directory says; who lies about it runs into this process's memory and time. */
function unpackedSize(zip) {
  let end = zip.length - END_LENGTH;
  for (const last = Math.max(0, end - COMMENT_MAX); end >= last && zip.readUInt32LE(end) !== END_OF_DIRECTORY; end -= 1);
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('no zip');
  let size = 0;
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('no zip');
    size += zip.readUInt32LE(at + 24);
    at += ENTRY_LENGTH + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return size;
}

/** UTF-8, or what Chinese Excel saves: GBK, of which GB18030 is the whole. */
function decoded(content) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return new TextDecoder('gb18030').decode(content);
  }
}

async function csvRows(content, maxRows) {
  if (content.includes(0)) throw new Error('not a text');
  const ends = content.subarray(0, HEADING_BYTES_MAX);
  if (content.length > HEADING_BYTES_MAX && !ends.includes(NEWLINE) && !ends.includes(RETURN)) throw new Error('too wide');
  const { parseCsv } = await import('hucre/csv');
  return parseCsv(decoded(content), { maxRows });
}

async function xlsxRows(content, maxRows) {
  if (unpackedSize(content) > UNPACKED_MAX) throw new Error('too large');
  const { readXlsx } = await import('hucre/xlsx');
  const { sheets } = await readXlsx(content, { sheets: [0], maxRows });
  return sheets[0]?.rows ?? [];
}

async function rowsOf({ content: bytes, maxRows }) {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = content.subarray(0, ZIP_MAGIC.length).toString('latin1') === ZIP_MAGIC ? xlsxRows : csvRows;
  const rows = await read(content, maxRows);
  if (rows.some(({ length }) => length > COLUMNS_MAX)) throw new Error('too wide');
  return rows;
}

process.on('message', ({ id, work }) => {
  rowsOf(work).then(
    (done) => process.send({ id, done }),
    // The library's message may quote what stands in the sheet.
    (error) => process.send({ id, problem: error?.name ?? 'no error' }),
  );
});
process.on('disconnect', () => process.exit(0));
