import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const SEAL_EVERY_MS = 1_000;
const ANCHOR_EVERY_MS = 5 * 60_000;
const SEAL_BATCH = 1_000;
/** Long work raises the limits of a request for its own transaction. */
const SEAL_LIMIT = '30s';

/** The head of the chain at some moment, kept outside the database. */
export interface Anchor {
  at: string;
  sequence: number;
  hash: string;
}

/**
 * Links committed audit entries to the chain every second, and every five minutes writes the chain's head to a file
 * outside the database, so that a cut tail or a chain written anew is found as well.
 */
export class AuditSealer {
  private readonly logger = new Logger('AuditSealer');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private anchoredAtMs = 0;

  constructor(
    private readonly dataSource: DataSource,
    readonly anchorFile: string,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.tick();
    }, SEAL_EVERY_MS);
    this.timer.unref();
  }

  /** Seals what is left and anchors the head. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
    try {
      await this.seal();
      await this.anchor();
    } catch (error) {
      this.logger.warn('the last entries are sealed after the next start', error);
    }
  }

  /** Links everything that is committed and not linked yet; answers how many entries. */
  async seal(): Promise<number> {
    let linked = 0;
    for (;;) {
      const batch = await this.sealBatch();
      linked += batch;
      if (batch < SEAL_BATCH) return linked;
    }
  }

  /** Appends the chain's head to the anchor file, on disk before it returns; an empty or unchanged chain writes nothing. */
  async anchor(): Promise<Anchor | null> {
    const rows = await this.dataSource.query<{ sequence: string; hash: string; at: string }[]>(
      `select sequence, hash, iso(now()) as at from audit_seal order by sequence desc limit 1`,
    );
    this.anchoredAtMs = Date.now();
    if (rows.length === 0) return null;
    const anchor = { at: rows[0].at, sequence: Number(rows[0].sequence), hash: rows[0].hash };
    const last = (await readAnchors(this.anchorFile)).at(-1);
    if (last?.sequence === anchor.sequence && last.hash === anchor.hash) return last;
    await mkdir(dirname(this.anchorFile), { recursive: true });
    await appendFile(this.anchorFile, `${JSON.stringify(anchor)}\n`, { mode: 0o640 });
    const file = await open(this.anchorFile, 'r');
    await file.sync();
    await file.close();
    return anchor;
  }

  private async tick(): Promise<void> {
    try {
      await this.seal();
      if (Date.now() - this.anchoredAtMs >= ANCHOR_EVERY_MS) await this.anchor();
    } catch (error) {
      this.logger.warn('sealing the audit trail failed, it is tried again', error);
    }
    if (!this.stopped) this.start();
  }

  private sealBatch(): Promise<number> {
    return this.dataSource.transaction(async (em) => {
      await em.query(`select set_config('statement_timeout', $1, true)`, [SEAL_LIMIT]);
      const [{ linked }] = await em.query<{ linked: number }[]>('select seal_audit($1) as linked', [SEAL_BATCH]);
      return linked;
    });
  }
}

/** Where a service's anchors stand. */
export function anchorFileOf(dataDir: string, service: string): string {
  return join(dataDir, 'anchors', `${service}.jsonl`);
}

/** The anchors written so far, oldest first; a line cut by a crash is passed over. */
export async function readAnchors(file: string): Promise<Anchor[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Anchor];
    } catch {
      return [];
    }
  });
}
