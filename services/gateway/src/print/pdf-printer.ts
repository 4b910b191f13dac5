import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ServiceError } from '@aftercare/messaging';
import { ChildWork } from '../process/child-work.js';
import { programFile } from '../program-file.js';
import type { Paper } from './paper.js';

const RETRY_AFTER_S = 5;

/** Has papers drawn one after the other by pdf-process.cjs, a process that is there while something is printed. */
@Injectable()
export class PdfPrinter implements OnApplicationShutdown {
  private readonly logger = new Logger('Print');
  private readonly drawing = new ChildWork<Paper, Uint8Array>(
    { file: programFile('print/pdf-process.cjs'), heapMb: 256, busy, failed: (why) => this.failed(why) },
    { waiting: 8, workMs: 30_000, idleMs: 30_000 },
  );

  readonly limits = this.drawing.limits;

  /** The paper as PDF. Errors: PRINT_BUSY (details.retryAfterSeconds) when too many wait, PRINT_FAILED. */
  async print(paper: Paper): Promise<Buffer> {
    const pdf = await this.drawing.run(paper);
    return Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  }

  get processId(): number | undefined {
    return this.drawing.processId;
  }

  onApplicationShutdown(): void {
    this.drawing.stop();
  }

  private failed(why: string): ServiceError {
    this.logger.error(`drawing a paper failed: ${why}`);
    return new ServiceError('internal', 'PRINT_FAILED', `The paper could not be drawn: ${why}`);
  }
}

function busy(): ServiceError {
  return new ServiceError('unavailable', 'PRINT_BUSY', 'No more papers are taken to be printed now.', { retryAfterSeconds: RETRY_AFTER_S });
}
