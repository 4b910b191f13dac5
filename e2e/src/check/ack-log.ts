import { appendFileSync, readFileSync } from 'node:fs';

/** One line of the log: what was sent under a key, and the document's id once the platform has acknowledged it. */
export interface AckLine {
  key: string;
  /** The endpoint, e.g. '/repair-calls'. */
  path: string;
  id?: string;
}

/**
 * The client's own record: a line when a create is first sent and a line when it was acknowledged. It is written before
 * the client goes on, so that what a client was told stands here whatever happens to the platform.
 */
export class AckLog {
  private readonly sentTo = new Map<string, string>();
  private readonly idOf = new Map<string, string>();
  private readonly doubled: string[] = [];

  private constructor(private readonly file: string | null) {}

  /** A log that is being written; without a file it is only remembered. */
  static create(file: string | null): AckLog {
    return new AckLog(file);
  }

  /** Reads a log back; a line that a crash cut is no JSON and is refused with its number. */
  static read(file: string): AckLog {
    const log = new AckLog(null);
    for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
      if (line.trim() === '') continue;
      log.take(parse(line, `${file}:${index + 1}`));
    }
    return log;
  }

  sent(key: string, path: string): void {
    this.write({ key, path });
  }

  acknowledged(key: string, path: string, id: string): void {
    this.write({ key, path, id });
  }

  /** Endpoints that were used. */
  get paths(): string[] {
    return [...new Set(this.sentTo.values())];
  }

  /** The keys sent to an endpoint, each with the acknowledged id or null. */
  keysOf(path: string): { key: string; id: string | null }[] {
    return [...this.sentTo].filter(([, sentTo]) => sentTo === path).map(([key]) => ({ key, id: this.idOf.get(key) ?? null }));
  }

  /** Keys that were acknowledged with two different documents. */
  get contradictions(): readonly string[] {
    return this.doubled;
  }

  get counts(): { sent: number; acknowledged: number } {
    return { sent: this.sentTo.size, acknowledged: this.idOf.size };
  }

  private write(line: AckLine): void {
    this.take(line);
    if (this.file) appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }

  private take({ key, path, id }: AckLine): void {
    this.sentTo.set(key, path);
    if (id === undefined) return;
    const known = this.idOf.get(key);
    if (known !== undefined && known !== id) this.doubled.push(`${path} answered key ${key} with ${known} and with ${id}`);
    this.idOf.set(key, id);
  }
}

function parse(line: string, where: string): AckLine {
  try {
    const { key, path, id } = JSON.parse(line) as Partial<AckLine>;
    if (key && path) return { key, path, ...(id ? { id } : {}) };
  } catch {
    // Told below, as a line of another shape is.
  }
  throw new Error(`${where} is no line of an acknowledgement log: {"key","path","id"?}`);
}
