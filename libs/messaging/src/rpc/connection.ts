import { Logger } from '@nestjs/common';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** How to reach the broker. */
export interface ConnectOptions {
  /** The service's name: shown by the broker, and part of the private inbox subject that its permissions allow. */
  service: string;
  /** One url or several of a cluster. */
  servers: string | string[];
  user?: string;
  password?: string;
  /** Put before every subject, and into the stream's name, so that specs on one broker do not hear each other. */
  namespace?: string;
}

const RECONNECT_WAIT_MS = 250;
const RECONNECT_JITTER_MS = 100;
const PING_INTERVAL_MS = 10_000;

/**
 * The process's connection to the broker. It reconnects for ever; `connected` tells whether sending makes sense now,
 * and `onConnect` runs after every reconnect, when everything the broker held may be gone.
 */
export class BusConnection {
  private readonly logger = new Logger('Bus');
  private readonly connectListeners: (() => void)[] = [];
  private readonly disconnectListeners: (() => void)[] = [];
  connected = true;

  private constructor(
    readonly nats: NatsConnection,
    readonly service: string,
    readonly namespace: string,
  ) {
    void this.watch();
  }

  /** Connects, waiting for a broker that is not there yet. */
  static async open(options: ConnectOptions): Promise<BusConnection> {
    const nats = await connect({
      servers: options.servers,
      user: options.user,
      pass: options.password,
      name: options.service,
      inboxPrefix: `_INBOX.${options.service}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_JITTER_MS,
      pingInterval: PING_INTERVAL_MS,
      waitOnFirstConnect: true,
      noAsyncTraces: true,
    });
    return new BusConnection(nats, options.service, options.namespace ?? '');
  }

  /** The subject with the namespace before it. */
  subject(name: string): string {
    return this.namespace ? `${this.namespace}.${name}` : name;
  }

  /** Called after every reconnect. */
  onConnect(listener: () => void): void {
    this.connectListeners.push(listener);
  }

  onDisconnect(listener: () => void): void {
    this.disconnectListeners.push(listener);
  }

  get maxPayload(): number {
    return this.nats.info?.max_payload ?? 1_048_576;
  }

  async close(): Promise<void> {
    if (this.nats.isClosed()) return;
    await this.nats.close();
  }

  private async watch(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'disconnect') this.disconnected();
      if (status.type === 'reconnect') this.reconnected(status.server);
      if (status.type === 'error') this.logger.warn(`broker: ${status.error.message}`);
    }
    this.connected = false;
  }

  private disconnected(): void {
    if (this.connected) this.logger.warn('broker connection lost, reconnecting');
    this.connected = false;
    for (const listener of this.disconnectListeners) listener();
  }

  private reconnected(server: string): void {
    this.logger.log(`broker connection restored (${server})`);
    this.connected = true;
    for (const listener of this.connectListeners) listener();
  }
}
