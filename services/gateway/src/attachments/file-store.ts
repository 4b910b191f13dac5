import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

const SHA256 = /^[0-9a-f]{64}$/;

/** Files by the SHA-256 of their content, in folders of their first two digits; the same content is kept once. */
export class FileStore {
  constructor(private readonly folder: string) {}

  /** Keeps the content; answers its SHA-256. A file is complete or not there. */
  async put(content: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.write(this.pathOf(sha256), content);
    return sha256;
  }

  /** A smaller picture beside the file. */
  async putThumbnail(sha256: string, content: Buffer): Promise<void> {
    await this.write(this.thumbnailOf(sha256), content);
  }

  read(sha256: string): Promise<Buffer> {
    return readFile(this.pathOf(sha256));
  }

  stream(sha256: string, thumbnail = false): ReadStream {
    return createReadStream(thumbnail ? this.thumbnailOf(sha256) : this.pathOf(sha256));
  }

  async has(sha256: string): Promise<boolean> {
    return access(this.pathOf(sha256)).then(() => true, () => false);
  }

  /** Removes files older than `ageMs` that nobody keeps any more; answers how many. */
  async sweep(isKept: (sha256s: string[]) => Promise<Set<string>>, ageMs: number): Promise<number> {
    let removed = 0;
    for (const prefix of await readdir(this.folder).catch(() => [])) {
      const names = await readdir(join(this.folder, prefix)).catch(() => []);
      const old = await this.olderThan(names.map((name) => join(this.folder, prefix, name)), ageMs);
      const kept = await isKept([...new Set(old.map(hashOf).filter((name) => SHA256.test(name)))]);
      for (const path of old) {
        if (kept.has(hashOf(path))) continue;
        await rm(path, { force: true });
        removed += 1;
      }
    }
    return removed;
  }

  private async olderThan(paths: string[], ageMs: number): Promise<string[]> {
    const ages = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path).catch(() => null))?.mtimeMs ?? Date.now() })));
    return ages.filter(({ at }) => Date.now() - at > ageMs).map(({ path }) => path);
  }

  private async write(path: string, content: Buffer): Promise<void> {
    await mkdir(join(path, '..'), { recursive: true });
    const partial = `${path}.${randomUUID()}.part`;
    await writeFile(partial, content, { flush: true });
    await rename(partial, path);
  }

  private pathOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new RangeError('not a SHA-256');
    return join(this.folder, sha256.slice(0, 2), sha256);
  }

  private thumbnailOf(sha256: string): string {
    return `${this.pathOf(sha256)}.thumb.webp`;
  }
}

const hashOf = (path: string): string => (path.split(/[/\\]/).at(-1) ?? '').split('.')[0];
