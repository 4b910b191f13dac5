import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ServiceError } from '@aftercare/messaging';
import type { Paper } from './paper.js';

const PROCESS_FILE = join(__dirname, 'pdf-process.cjs');
const RETRY_AFTER_S = 5;
const HEAP_MB_MAX = 256;

interface Task {
  id: number;
  paper: Paper;
  resolve: (pdf: Buffer) => void;
  reject: (error: Error) => void;
}

interface Drawn {
  id: number;
  pdf?: Uint8Array;
  problem?: string;
}

/**
 * Has papers drawn one after the other by a process of its own (pdf-process.cjs), so that neither the time of a long paper nor the
 * memory of fonts and library is the gateway's: the process starts with a paper and ends when nothing was printed for a while.
 */
@Injectable()
export class PdfPrinter implements OnApplicationShutdown {
  readonly limits = {
    /** Papers that may wait while one is drawn. */
    waiting: 8,
    /** A paper that takes longer is given up, and the process with it. */
    drawingMs: 30_000,
    /** A quiet process is ended, and its memory with it. */
    idleMs: 30_000,
  };
  private readonly logger = new Logger('Print');
  private readonly waiting: Task[] = [];
  private drawing?: Task;
  private child?: ChildProcess;
  private timer?: NodeJS.Timeout;
  private tasks = 0;

  /** The paper as PDF. Errors: PRINT_BUSY (details.retryAfterSeconds) when too many wait, PRINT_FAILED. */
  print(paper: Paper): Promise<Buffer> {
    if (this.waiting.length >= this.limits.waiting) {
      throw busy();
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: ++this.tasks, paper, resolve, reject });
      this.next();
    });
  }

  /** The process that draws, while there is one. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  onApplicationShutdown(): void {
    const left = [...(this.drawing ? [this.drawing] : []), ...this.waiting.splice(0)];
    this.end();
    for (const { reject } of left) reject(busy());
  }

  private next(): void {
    if (this.drawing) return;
    clearTimeout(this.timer);
    this.drawing = this.waiting.shift();
    if (!this.drawing) {
      this.timer = setTimeout(() => this.end(), this.limits.idleMs).unref();
      return;
    }
    const { id, paper } = this.drawing;
    this.timer = setTimeout(() => this.lost(this.child, 'it took too long'), this.limits.drawingMs);
    this.child ??= this.started();
    this.child.send({ id, paper });
  }

  private started(): ChildProcess {
    const child = fork(PROCESS_FILE, [], { serialization: 'advanced', env: {}, execArgv: [`--max-old-space-size=${HEAP_MB_MAX}`], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (drawn) => this.done(drawn as Drawn));
    child.on('error', (error) => this.lost(child, error.message));
    child.on('exit', (code, signal) => this.lost(child, `it ended with ${code ?? signal}`));
    return child;
  }

  private done({ id, pdf, problem }: Drawn): void {
    const task = this.drawing;
    if (task?.id !== id) return;
    this.drawing = undefined;
    if (pdf) task.resolve(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength));
    else task.reject(failed(problem ?? 'no answer'));
    this.next();
  }

  /** The process is gone or hangs: the paper it drew fails, the next one gets a new process. */
  private lost(child: ChildProcess | undefined, why: string): void {
    if (!child || child !== this.child) return;
    const task = this.drawing;
    this.end();
    if (!task) return;
    this.logger.error(`drawing a paper failed: ${why}`);
    task.reject(failed(why));
    this.next();
  }

  private end(): void {
    clearTimeout(this.timer);
    const { child } = this;
    this.child = undefined;
    this.drawing = undefined;
    child?.kill('SIGKILL');
  }
}

function busy(): ServiceError {
  return new ServiceError('unavailable', 'PRINT_BUSY', 'No more papers are taken to be printed now.', { retryAfterSeconds: RETRY_AFTER_S });
}

function failed(why: string): ServiceError {
  return new ServiceError('internal', 'PRINT_FAILED', `The paper could not be drawn: ${why}`);
}
