import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Running } from '../http/running.js';

/** The databases of a platform as the checker reads them: superuser connections, plain SQL, nothing of the services' code. */
export class World {
  private constructor(
    readonly dir: string,
    private readonly clients: ReadonlyMap<string, Client>,
  ) {}

  /** Connects to every service's database. */
  static async open(running: Pick<Running, 'dir' | 'databases'>): Promise<World> {
    const clients = new Map<string, Client>();
    for (const [service, connectionString] of Object.entries(running.databases)) {
      const client = new Client({ connectionString, application_name: 'checker' });
      // A server that goes away is told by the next statement; without a listener it would end the process.
      client.on('error', () => undefined);
      clients.set(service, client);
    }
    await Promise.all([...clients.values()].map((client) => client.connect()));
    return new World(running.dir, clients);
  }

  get services(): string[] {
    return [...this.clients.keys()];
  }

  has(service: string): boolean {
    return this.clients.has(service);
  }

  /** The rows of a statement in a service's database; none where the service does not run. */
  async rows<R extends object>(service: string, text: string, values: unknown[] = []): Promise<R[]> {
    const client = this.clients.get(service);
    return client ? (await client.query<R>(text, values)).rows : [];
  }

  /** The lines of a service's anchor file, oldest first; none when it has not written one. */
  anchorLines(service: string): string[] {
    const file = join(this.dir, 'data', service, 'anchors', `${service}.jsonl`);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.end().catch(() => undefined)));
  }
}
