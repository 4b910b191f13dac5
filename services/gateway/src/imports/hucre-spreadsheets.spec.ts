import { crc32, deflateRawSync } from 'node:zlib';
import { HucreSpreadsheets } from './hucre-spreadsheets.js';

const MB = 1_000_000;
const WORKBOOK = {
  '[Content_Types].xml': '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
  '_rels/.rels': '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
  'xl/workbook.xml': '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
};

const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;

/** A workbook whose only sheet has these rows, as written. */
function workbook(rows: string): Buffer {
  const sheet = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`;
  return deflated({ ...WORKBOOK, 'xl/worksheets/sheet1.xml': sheet });
}

const numbers = (bytes: 2 | 4, ...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => { const word = Buffer.alloc(bytes); word.writeUIntLE(value, 0, bytes); return word; }));

/** A zip as office programs write it: compressed. */
function deflated(files: Record<string, string>): Buffer {
  const [local, central]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const fields = Buffer.concat([numbers(2, 20, 0, 8, 0, 33), numbers(4, crc32(content), packed.length, content.length), numbers(2, name.length, 0)]);
    const entry = Buffer.concat([numbers(4, 0x04034b50), fields, Buffer.from(name), packed]);
    local.push(entry);
    central.push(Buffer.concat([numbers(4, 0x02014b50), numbers(2, 20), fields, numbers(2, 0, 0, 0), numbers(4, 0, offset), Buffer.from(name)]));
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...local, directory, numbers(4, 0x06054b50), numbers(2, 0, 0, central.length, central.length), numbers(4, directory.length, offset), numbers(2, 0)]);
}

describe('sheets that people send', () => {
  const spreadsheets = new HucreSpreadsheets();
  afterAll(() => spreadsheets.onApplicationShutdown());

  /** Reads, and answers how long the process of the gateway was not free meanwhile. */
  function blockedMs(content: Buffer): Promise<{ blocked: number; outcome: string }> {
    return blockedWhile(() => spreadsheets.read(content).then((rows) => `${rows.length} rows`, () => 'refused'));
  }

  async function blockedWhile(work: () => Promise<string>): Promise<{ blocked: number; outcome: string }> {
    let [last, blocked] = [performance.now(), 0];
    const beat = setInterval(() => {
      const now = performance.now();
      blocked = Math.max(blocked, now - last);
      last = now;
    }, 5);
    const outcome = await work();
    clearInterval(beat);
    return { blocked, outcome };
  }

  it('X-2: are read by a process of its own, from XLSX and CSV', async () => {
    expect(await spreadsheets.read(workbook(`<row>${cell('序列号')}</row><row>${cell(' SN-1 ')}</row>`))).toEqual([['序列号'], ['SN-1']]);
    expect(await spreadsheets.read(Buffer.from('序列号,型号\nSN-1,M-1\n'))).toEqual([['序列号', '型号'], ['SN-1', 'M-1']]);
    expect(spreadsheets.reading.processId).not.toBe(process.pid);
  });

  it.each([
    ['unpacks to a hundred times its size', () => workbook(`<row>${cell('A'.repeat(110 * MB))}</row>`)],
    ['is wider than any form', () => workbook(`<row>${cell('a').repeat(300)}</row>`)],
    ['is one endless line', () => Buffer.from('a,'.repeat(4 * MB))],
    ['is a torn zip', () => workbook(`<row>${cell('a')}</row>`).subarray(0, 400)],
  ])('X-2: one that %s is refused, and the gateway answers others meanwhile', async (_what, made) => {
    const { blocked, outcome } = await blockedMs(made());
    expect(outcome).toBe('refused');
    expect(blocked).toBeLessThan(1_000);
  });

  it('X-2: one with more rows than are taken is read as far as that shows, others are answered meanwhile', async () => {
    const { blocked, outcome } = await blockedMs(Buffer.from(`a\n${'1\n'.repeat(MB)}`));
    expect(outcome).toMatch(/^2000\d rows$/);
    expect(blocked).toBeLessThan(1_000);
  });

  it('X-2: a reading process that is killed says nothing of the sheet: it may be read in a while', async () => {
    const read = spreadsheets.read(Buffer.from(`a\n${'1\n'.repeat(MB)}`));
    process.kill(spreadsheets.reading.processId ?? 0, 'SIGKILL');
    await expect(read).rejects.toMatchObject({ code: 'unavailable', reason: 'SHEET_READING_LOST' });
    expect(await spreadsheets.read(Buffer.from('a\n1\n'))).toHaveLength(2);
  });

  it('X-2: one that takes too long is given up for a while and the next one read; when too many wait, a further one is told to come again', async () => {
    const { limits } = spreadsheets.reading;
    limits.workMs = 1;
    await expect(spreadsheets.read(Buffer.from(`a\n${'1\n'.repeat(MB)}`))).rejects.toMatchObject({ code: 'unavailable', reason: 'SHEET_READING_LOST', message: expect.stringContaining('too long') as string });
    limits.workMs = 30_000;
    const read = Array.from({ length: 1 + limits.waiting }, () => spreadsheets.read(Buffer.from('a\n1\n')));
    await expect(spreadsheets.read(Buffer.from('a\n1\n'))).rejects.toMatchObject({ code: 'unavailable', reason: 'TOO_MANY_REQUESTS', details: { retryAfterSeconds: 5 } });
    expect(await Promise.all(read)).toHaveLength(5);
  });

  it('X-2: a large sheet is written by a process of its own, and others are answered meanwhile; a small one is written here', async () => {
    const rows = Array.from({ length: 6_000 }, (_, at) => ['=1+1', at, true, ...Array.from({ length: 17 }, (_cell, column) => `值 ${at}-${column}`)]);
    const columns = Array.from({ length: 20 }, (_, at) => ({ heading: `H${at}`, choices: at === 0 ? ['a', 'b'] : [] }));
    const sheet = { name: 'list', columns, marked: [{ row: 0, column: 1 }], notes: { name: 'notes', rows: [['n']] } };
    const small = await spreadsheets.write({ ...sheet, rows: rows.slice(0, 10) });
    expect(spreadsheets.writing.processId).toBeUndefined();
    let large: Buffer | undefined;
    const { blocked } = await blockedWhile(() => spreadsheets.write({ ...sheet, rows }).then((content) => {
      large = content;
      return 'written';
    }));
    expect(blocked).toBeLessThan(1_000);
    expect(spreadsheets.writing.processId).not.toBe(process.pid);
    const [read, fewer] = [await spreadsheets.read(large as unknown as Buffer), await spreadsheets.read(small)];
    expect([read.length, fewer.length]).toEqual([6_001, 11]);
    expect(read.slice(0, 11)).toEqual(fewer);
    expect(read[6_000]?.slice(0, 4)).toEqual(["'=1+1", '5999', 'true', '值 5999-0']);
  }, 60_000);

  it('X-2: when too many large sheets wait to be written, a further one is told to come again; what fails, fails alone', async () => {
    const wide = { name: 'list', columns: [{ heading: 'H' }], rows: Array.from({ length: 5_001 }, (_, at) => [at]) };
    const { limits } = spreadsheets.writing;
    limits.workMs = 1;
    await expect(spreadsheets.write(wide)).rejects.toThrow('too long');
    limits.workMs = 30_000;
    const written = Array.from({ length: 1 + limits.waiting }, () => spreadsheets.write(wide));
    await expect(spreadsheets.write(wide)).rejects.toMatchObject({ code: 'unavailable', reason: 'TOO_MANY_REQUESTS', details: { retryAfterSeconds: 5 } });
    expect((await Promise.all(written)).every((content) => content.subarray(0, 2).toString() === 'PK')).toBe(true);
  }, 60_000);
});
