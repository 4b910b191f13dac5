import { Injectable } from '@nestjs/common';
import { ServiceError } from '@aftercare/messaging';
import { Attachments } from '../attachments/attachments.js';
import { contentTypeOf } from '../attachments/file-kind.js';
import { SpreadsheetPort } from './spreadsheet.port.js';

/** XLSX is a zip; CSV has no kind that its bytes tell. */
const SHEET_KINDS = ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/zip'];
const HEAD_BYTES = 1_024;

/** The sheets that people sent, by the hash of their files. */
@Injectable()
export class KeptSheets {
  constructor(
    private readonly attachments: Attachments,
    readonly spreadsheets: SpreadsheetPort,
  ) {}

  /** Keeps the file. Errors: SHEET_UNREADABLE where its bytes tell that it is of another kind, whatever its name says. */
  async put(content: Buffer, fileName: string): Promise<string> {
    const kind = await contentTypeOf(content, fileName);
    if (kind !== undefined && !SHEET_KINDS.includes(kind) && !isText(content)) throw unreadable();
    return this.attachments.files.put(content);
  }

  has(sha256: string): Promise<boolean> {
    return this.attachments.files.has(sha256);
  }

  /** The cells as text. Errors: SHEET_UNREADABLE by what the sheet holds; TOO_MANY_REQUESTS and SHEET_READING_LOST for a while. */
  async cellsOf(sha256: string): Promise<string[][]> {
    const content = await this.attachments.files.read(sha256);
    return this.spreadsheets.read(content).catch((error: Error) => {
      throw error instanceof ServiceError ? error : unreadable();
    });
  }
}

/** A text may begin with the letters by which another kind is known. */
function isText(content: Buffer): boolean {
  return !content.subarray(0, HEAD_BYTES).includes(0);
}

function unreadable(): ServiceError {
  return new ServiceError('invalid_argument', 'SHEET_UNREADABLE', 'The sheet cannot be read.', { field: 'file' });
}
