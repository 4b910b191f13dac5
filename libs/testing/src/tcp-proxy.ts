import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A wire between a process and a server that a spec can cut and mend: `new TcpProxy(url)`, `await proxy.listen()`. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private readonly target: URL;
  private cutOff = false;

  /** @param target address of the server behind the wire, e.g. 'nats://127.0.0.1:4222' */
  constructor(target: string) {
    this.target = new URL(target);
    this.server = createServer((socket) => this.join(socket));
  }

  /** Opens the wire; answers the address to use instead of the server's. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString().replace(/\/$/, '');
  }

  /** Every connection breaks, and new ones are refused. */
  cut(): void {
    this.cutOff = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.cutOff = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket): void {
    if (this.cutOff) {
      near.destroy();
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
