import { Injectable } from '@nestjs/common';
import { ServiceError } from '@aftercare/messaging';
import { Attachments } from '../attachments/attachments.js';
import { SpreadsheetPort } from './spreadsheet.port.js';

/** The sheets that people sent, by the hash of their files. */
@Injectable()
export class KeptSheets {
  constructor(
    private readonly attachments: Attachments,
    readonly spreadsheets: SpreadsheetPort,
  ) {}

  put(content: Buffer): Promise<string> {
    return this.attachments.files.put(content);
  }

  has(sha256: string): Promise<boolean> {
    return this.attachments.files.has(sha256);
  }

  /** The cells as text. Errors: SHEET_UNREADABLE by what the sheet holds; TOO_MANY_REQUESTS and SHEET_READING_LOST for a while. */
  async cellsOf(sha256: string): Promise<string[][]> {
    const content = await this.attachments.files.read(sha256);
    return this.spreadsheets.read(content).catch((error: Error) => {
      throw error instanceof ServiceError ? error : new ServiceError('invalid_argument', 'SHEET_UNREADABLE', 'The sheet cannot be read.', { field: 'file' });
    });
  }
}
