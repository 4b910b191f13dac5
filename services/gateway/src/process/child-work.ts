import { fork, type ChildProcess } from 'node:child_process';

interface Task<Work, Done> {
  id: number;
  work: Work;
  resolve: (done: Done) => void;
  reject: (error: Error) => void;
}

interface Answer<Done> {
  id: number;
  done?: Done;
  problem?: string;
}

/** How much a process takes, and how long it lives. */
export interface WorkLimits {
  /** What may wait while one piece is worked on. */
  waiting: number;
  /** Work that takes longer is given up, and the process with it. */
  workMs: number;
  /** A quiet process is ended, and its memory with it. */
  idleMs: number;
}

export interface WorkOf {
  /** Plain JavaScript that answers `{ id, work }` with `{ id, done }` or `{ id, problem }`. */
  file: string;
  heapMb: number;
  busy: () => Error;
  /** The process answered that the work cannot be done. */
  failed: (why: string) => Error;
  /** The process died or hung, which says nothing of the work itself; as `failed` unless told. */
  lost?: (why: string) => Error;
}

/**
 * Work that is long or large, done one piece after the other by a process of its own, so that neither its time nor its memory is
 * the gateway's: the process starts with a piece and ends when there was none for a while; what hangs or dies fails alone.
 */
export class ChildWork<Work, Done> {
  private readonly waiting: Task<Work, Done>[] = [];
  private working?: Task<Work, Done>;
  private child?: ChildProcess;
  private timer?: NodeJS.Timeout;
  private tasks = 0;

  constructor(private readonly of: WorkOf, readonly limits: WorkLimits) {}

  /** Throws `busy` when too many wait; fails with `failed` or `lost`. */
  run(work: Work): Promise<Done> {
    if (this.waiting.length >= this.limits.waiting) throw this.of.busy();
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: ++this.tasks, work, resolve, reject });
      this.next();
    });
  }

  /** The process that works, while there is one. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /** Ends the process; what was left fails as `busy`. */
  stop(): void {
    const left = [...(this.working ? [this.working] : []), ...this.waiting.splice(0)];
    this.end();
    for (const { reject } of left) reject(this.of.busy());
  }

  private next(): void {
    if (this.working) return;
    clearTimeout(this.timer);
    this.working = this.waiting.shift();
    if (!this.working) {
      this.rest();
      return;
    }
    const { id, work } = this.working;
    this.timer = setTimeout(() => this.lost(this.child, 'it took too long'), this.limits.workMs);
    this.child ??= this.started();
    this.child.ref();
    this.child.channel?.ref();
    this.child.send({ id, work });
  }

  /** A quiet process keeps nobody from ending. */
  private rest(): void {
    this.timer = setTimeout(() => this.end(), this.limits.idleMs).unref();
    this.child?.unref();
    this.child?.channel?.unref();
  }

  private started(): ChildProcess {
    const execArgv = [`--max-old-space-size=${this.of.heapMb}`];
    const child = fork(this.of.file, [], { serialization: 'advanced', env: {}, execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (answer) => this.answered(answer as Answer<Done>));
    child.on('error', (error) => this.lost(child, error.message));
    child.on('exit', (code, signal) => this.lost(child, `it ended with ${code ?? signal}`));
    return child;
  }

  private answered({ id, done, problem }: Answer<Done>): void {
    const task = this.working;
    if (task?.id !== id) return;
    this.working = undefined;
    if (done === undefined) task.reject(this.of.failed(problem ?? 'no answer'));
    else task.resolve(done);
    this.next();
  }

  /** The process is gone or hangs: what it worked on fails, the next piece gets a new process. */
  private lost(child: ChildProcess | undefined, why: string): void {
    if (!child || child !== this.child) return;
    const task = this.working;
    this.end();
    if (!task) return;
    task.reject((this.of.lost ?? this.of.failed)(why));
    this.next();
  }

  private end(): void {
    clearTimeout(this.timer);
    const { child } = this;
    this.child = undefined;
    this.working = undefined;
    child?.kill('SIGKILL');
  }
}
