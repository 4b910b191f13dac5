import { randomUUID } from 'node:crypto';
import type { Sent } from './gateway-harness.js';

/** A small whole PDF with a mark in it. */
export function pdfOf(mark: string): string {
  return `%PDF-1.4\n% ${mark}\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF`;
}

/** A multipart upload of one file. */
export function uploadOf(fileName: string, content: Buffer | string, type = 'application/octet-stream'): Sent {
  return partsOf([{ field: 'file', fileName, content, type }]);
}

/** A multipart upload of any parts; one without a file name is a plain field. */
export function partsOf(parts: { field: string; content: Buffer | string; fileName?: string; type?: string }[]): Sent {
  const boundary = `----${randomUUID()}`;
  const chunks = parts.flatMap(({ field, content, fileName, type = 'application/octet-stream' }) => {
    const named = fileName === undefined ? '' : `; filename="${fileName}"\r\ncontent-type: ${type}`;
    return [Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${field}"${named}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')];
  });
  return { payload: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]), headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'idempotency-key': randomUUID() } };
}
