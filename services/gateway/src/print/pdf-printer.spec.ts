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

it('X-1: papers are drawn one after the other by another process, which ends when nothing is printed', async () => {
  expect(printer.processId).toBeUndefined();
  printer.limits.idleMs = 200;
  const papers = ['first', 'second'].map((text) => printer.print(paper(text)));
  const { processId } = printer;
  expect(processId).not.toBe(process.pid);
  expect((await Promise.all((await Promise.all(papers)).map(pdfText))).map((pages) => pages.join(''))).toEqual(['first', 'second']);
  await ends(() => printer.processId === undefined);
  expect(() => process.kill(processId as number, 0)).toThrow('ESRCH');
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

it('the end of the gateway ends what is being printed', async () => {
  const left = [printer.print(paper('a')), printer.print(paper('b'))].map((printed) => expect(printed).rejects.toMatchObject({ reason: 'PRINT_BUSY' }));
  printer.onApplicationShutdown();
  await Promise.all(left);
  expect(printer.processId).toBeUndefined();
});
