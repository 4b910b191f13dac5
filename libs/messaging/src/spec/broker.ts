import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { specServers, until } from './harness.js';

/** A broker of one spec, which may be killed and lose its store. */
export class SpecBroker {
  private readonly folder = mkdtempSync(join(tmpdir(), 'aftercare-nats-'));
  private child: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  static async open(): Promise<SpecBroker> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const broker = new SpecBroker(port);
    await broker.start();
    return broker;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ['-a', '127.0.0.1', '-p', String(this.port), '-js', '-sd', this.folder];
    this.child = spawn(specServers.natsServer, args, { stdio: 'ignore' });
    await until(() => accepts(this.port));
  }

  /** As a crash: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    this.child = undefined;
  }

  /** All streams and consumers are gone at the next start. */
  deleteStore(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.kill();
    this.deleteStore();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
