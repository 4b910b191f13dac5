import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Run by a process of its own, since the reader is an ES module only. */
const READER = `
import { readFileSync } from 'node:fs';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
const paper = await getDocument({ data: new Uint8Array(readFileSync(process.argv[1])), verbosity: 0 }).promise;
const pages = [];
for (let number = 1; number <= paper.numPages; number += 1) {
  const page = await paper.getPage(number);
  const [left, bottom, right, top] = page.view;
  const shown = ({ transform: [, , , , x, y] }) => x >= left && x <= right && y >= bottom && y <= top;
  const { items } = await page.getTextContent();
  pages.push(items.filter((item) => item.transform === undefined || shown(item)).map(({ str }) => str).join(''));
}
process.stdout.write(JSON.stringify(pages));
`;

/** The text of each page of a PDF, as a reader of PDF finds it; what was drawn beside the page does not count. */
export async function pdfText(pdf: Buffer): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-pdf-'));
  try {
    const file = join(folder, 'paper.pdf');
    writeFileSync(file, pdf);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', READER, file], { cwd: __dirname, maxBuffer: 20_000_000 });
    return JSON.parse(stdout) as string[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
