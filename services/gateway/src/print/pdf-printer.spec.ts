import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '@aftercare/messaging';
import { pdfText } from '../spec/pdf-text.js';
import type { Paper } from './paper.js';
import { PdfPrinter } from './pdf-printer.js';

const paper = (text: string, content: Paper['content'] = []): Paper => ({
  title: text, fileName: 'a.pdf', language: 'en', margins: [40, 40, 40, 40], fontSize: 9, content: [{ text }, ...content],
});

let printer: PdfPrinter;
beforeEach(() => (printer = new PdfPrinter()));
afterEach(() => printer.onApplicationShutdown());

async function ends(done: () => boolean): Promise<void> {
  for (const until = Date.now() + 10_000; !done(); await sleep(20)) expect(Date.now()).toBeLessThan(until);
}

function isGone(processId: number): boolean {
  try {
    return !process.kill(processId, 0);
  } catch {
    return true;
  }
}

it('X-1: papers are drawn one after the other by another process, which ends when nothing is printed', async () => {
  expect(printer.processId).toBeUndefined();
  printer.limits.idleMs = 200;
  const papers = ['first', 'second'].map((text) => printer.print(paper(text)));
  const { processId } = printer;
  expect(processId).not.toBe(process.pid);
  expect((await Promise.all((await Promise.all(papers)).map(pdfText))).map((pages) => pages.join(''))).toEqual(['first', 'second']);
  await ends(() => printer.processId === undefined && isGone(processId as number));
});

it('X-1: when too many wait, a further paper is refused with the time to come again; those waiting are printed', async () => {
  printer.limits.waiting = 2;
  const taken = ['a', 'b', 'c'].map((text) => printer.print(paper(text)));
  await expect(printer.print(paper('d'))).rejects.toMatchObject({ code: 'unavailable', reason: 'PRINT_BUSY', details: { retryAfterSeconds: 5 } });
  expect((await Promise.all(taken)).every((pdf) => pdf.subarray(0, 5).toString() === '%PDF-')).toBe(true);
});

it('a paper that cannot be drawn, or takes too long, or whose process dies, fails alone', async () => {
  const outcome = (printed: Promise<Buffer>): Promise<string> => printed.then(() => 'printed', (error: ServiceError) => error.reason);
  expect(await outcome(printer.print(paper('a picture', [{ image: '/etc/hostname' }])))).toBe('PRINT_FAILED');
  expect(await outcome(printer.print(paper('a page of the web', [{ image: 'http://127.0.0.1:9/x.png' }])))).toBe('PRINT_FAILED');
  const dying = outcome(printer.print(paper('killed')));
  process.kill(printer.processId as number, 'SIGKILL');
  const next = outcome(printer.print(paper('next')));
  expect([await dying, await next]).toEqual(['PRINT_FAILED', 'printed']);
  printer.limits.workMs = 1;
  expect(await outcome(printer.print(paper('slow', Array.from({ length: 500 }, () => ({ text: 'word '.repeat(500) })))))).toBe('PRINT_FAILED');
  printer.limits.workMs = 30_000;
  expect(await outcome(printer.print(paper('after it')))).toBe('printed');
});

it('X-1: a character that the font lacks is printed as a geta, each once, and the page says what that means', async () => {
  const foot = { from: 'by me', to: 'page {{page}}', margin: [0, 0, 0, 0] };
  const pages = async (text: string): Promise<string[]> => pdfText(await printer.print({ ...paper(text), foot, lackingNote: 'LACKING' }));
  const [lacking] = await pages('龚𠮷\u{1f468}\u200d\u{1f469}\u200d\u{1f467}ق한e\u0301\ufe0f\u0007!');
  expect(lacking.replace(/\s/g, '')).toContain('龚〓〓〓〓é!');
  expect(lacking).toContain('LACKING');
  expect((await pages('龚䶮㛃𬀩 № ℃'))[0]).not.toMatch(/〓|LACKING/);
});

it('X-1: copies of a long paper have as many pages each, counted from the first', async () => {
  const long = Array.from({ length: 120 }, (_, at) => ({ text: `row ${at}` }));
  const running = { from: 'title', to: 'page {{page}} of {{pages}}', margin: [40, 10, 40, 0] };
  const pages = await pdfText(await printer.print({ ...paper('first', long), head: running, foot: running, copies: ['ours', 'yours'] }));
  const each = pages.length / 2;
  expect(each).toBeGreaterThan(1);
  expect(pages.map((page) => /page \d+ of \d+(?!.*page \d)/.exec(page)?.[0])).toEqual([1, 2].flatMap(() => Array.from({ length: each }, (_, at) => `page ${at + 1} of ${each}`)));
  expect(pages.map((page) => (page.includes('ours') && !page.includes('yours') ? 'ours' : 'yours'))).toEqual(['ours', 'yours'].flatMap((name) => Array.from({ length: each }, () => name)));
});

it('the end of the gateway ends what is being printed', async () => {
  const left = [printer.print(paper('a')), printer.print(paper('b'))].map((printed) => expect(printed).rejects.toMatchObject({ reason: 'PRINT_BUSY' }));
  printer.onApplicationShutdown();
  await Promise.all(left);
  expect(printer.processId).toBeUndefined();
});
