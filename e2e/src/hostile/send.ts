import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import sharp from 'sharp';
import type { Api } from '../http/api.js';
import { MARK } from './bytes.js';
import type { HostileUpload } from './uploads.js';

/** What came of a hostile upload; status 0 where the connection was closed without an answer. */
export interface Outcome {
  status: number;
  reason: string;
  id: string;
}

const TIMEOUT_MS = 30_000;

/** Sends one as it is, byte by byte, and stops as soon as it is answered. */
export async function sendHostile(sender: Api, upload: HostileUpload): Promise<Outcome> {
  const pieces = await upload.body();
  return new Promise((resolve, reject) => {
    let outcome: Outcome | undefined;
    const sent = request(`${sender.url}/api/v1/attachments`, {
      method: 'POST',
      headers: {
        cookie: sender.cookie, accept: 'application/json', 'content-type': upload.contentType, 'idempotency-key': randomUUID(), ...upload.headers,
        ...(upload.contentLength ? { 'content-length': upload.contentLength } : {}),
      },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () => {
        outcome = outcomeOf(response.statusCode ?? 0, Buffer.concat(chunks).toString());
        sent.destroy();
        resolve(outcome);
      });
    });
    sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`${upload.what} was not answered in ${TIMEOUT_MS / 1_000} s`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (outcome) return;
      if (['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(error.code ?? '')) resolve({ status: 0, reason: error.code ?? '', id: '' });
      else reject(error);
    });
    void write(sent, pieces, upload.breaksOff ?? false);
  });
}

type Sent = ReturnType<typeof request>;

async function write(sent: Sent, pieces: Iterable<Buffer>, breaksOff: boolean): Promise<void> {
  for (const piece of pieces) {
    if (sent.destroyed) return;
    if (!sent.write(piece)) await drained(sent);
  }
  if (!breaksOff) sent.end();
  else setTimeout(() => sent.destroy(Object.assign(new Error('broken off'), { code: 'ECONNABORTED' })), 200);
}

function drained(sent: Sent): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      sent.off('drain', go).off('close', go);
      resolve();
    };
    sent.on('drain', go).on('close', go);
  });
}

function outcomeOf(status: number, text: string): Outcome {
  try {
    const { reason = '', id = '' } = JSON.parse(text) as { reason?: string; id?: string };
    return { status, reason, id };
  } catch {
    return { status, reason: `no JSON: ${text.slice(0, 80)}`, id: '' };
  }
}

/** What is still hostile in a file that was kept; empty when it is only what it may be. */
export async function stillHostile(reader: Api, id: string): Promise<string[]> {
  const response = await fetch(`${reader.url}/api/v1/attachments/${id}`, { headers: { cookie: reader.cookie } });
  const content = Buffer.from(await response.arrayBuffer());
  const header = (name: string): string => response.headers.get(name) ?? '';
  const found: string[] = [];
  if (response.status !== 200) found.push(`is not read back: ${response.status}`);
  if (!header('content-disposition').startsWith('attachment;')) found.push('is shown instead of saved');
  if (header('x-content-type-options') !== 'nosniff' || !header('content-security-policy').includes('sandbox')) found.push('may run as a page');
  const name = decodeURIComponent(header('content-disposition').split("''")[1] ?? '');
  if (/[/\\<>\u0000-\u001f\u202a-\u202e\u2066-\u2069]|^\./.test(name) || name.length > 100) found.push(`is named ${JSON.stringify(name)}`);
  if (response.headers.getSetCookie().length > 0) found.push('sets a cookie');
  if (!header('content-type').startsWith('image/')) return found;
  if (content.includes(MARK) || content.includes('PK\u0003\u0004')) found.push('still holds what was hidden in it');
  const { exif, xmp, iptc, width = 0 } = await sharp(content).metadata();
  if (exif ?? xmp ?? iptc) found.push('still tells its place');
  if (width === 0) found.push('is no picture');
  return found;
}
