import { randomUUID } from 'node:crypto';
import type { Sent } from './gateway-harness.js';

/** A multipart upload of one file. */
export function uploadOf(fileName: string, content: Buffer | string, type = 'application/octet-stream'): Sent {
  const boundary = `----${randomUUID()}`;
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: ${type}\r\n\r\n`;
  return {
    payload: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}
