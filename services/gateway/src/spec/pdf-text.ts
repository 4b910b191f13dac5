import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Run by a process of its own, since the reader is an ES module only: a PDF per line in base64, the texts of its pages per line. */
const READER = `
import { createInterface } from 'node:readline';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
for await (const line of createInterface({ input: process.stdin })) {
  const pages = await read(line).catch((error) => ({ error: String(error) }));
  process.stdout.write(JSON.stringify(pages) + '\\n');
}
async function read(line) {
  const paper = await getDocument({ data: new Uint8Array(Buffer.from(line, 'base64')), verbosity: 0 }).promise;
  const pages = [];
  for (let number = 1; number <= paper.numPages; number += 1) {
    const page = await paper.getPage(number);
    const [left, bottom, right, top] = page.view;
    const shown = ({ transform: [, , , , x, y] }) => x >= left && x <= right && y >= bottom && y <= top;
    const { items } = await page.getTextContent();
    pages.push(items.filter((item) => item.transform === undefined || shown(item)).map(({ str }) => str).join(''));
  }
  await paper.destroy();
  return pages;
}
`;

interface Reader {
  child: ChildProcess;
  /** Who waits for the next answers, in the order they asked. */
  waiting: ((line: string) => void)[];
}

/** Started once for a spec file: loading takes longer than reading. */
let reader: Reader | undefined;
afterAll(() => void reader?.child.kill());

/** The text of each page of a PDF, as a reader of PDF finds it; what was drawn beside the page does not count. */
export async function pdfText(pdf: Buffer): Promise<string[]> {
  reader ??= startReader();
  const { child, waiting } = reader;
  const line = await new Promise<string>((resolve) => {
    waiting.push(resolve);
    child.stdin?.write(`${pdf.toString('base64')}\n`);
  });
  const pages = JSON.parse(line) as string[] | { error: string };
  if (!Array.isArray(pages)) throw new Error(pages.error);
  return pages;
}

function startReader(): Reader {
  const child = spawn(process.execPath, ['--input-type=module', '-e', READER], { cwd: __dirname, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: Reader['waiting'] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  child.once('exit', () => {
    for (const resolve of waiting.splice(0)) resolve(JSON.stringify({ error: 'the reader of PDF ended' }));
    reader = undefined;
  });
  return { child, waiting };
}
