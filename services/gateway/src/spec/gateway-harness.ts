import type { Role } from '@aftercare/domain';
import { DealerService } from '@aftercare/contracts';
import { notFound } from '@aftercare/messaging';
import { fake, startTestService, type Fake, type TestService } from '@aftercare/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId } from '@aftercare/domain';
import { SESSION_COOKIE } from '../auth/session-cookie.js';
import { hashPassword } from '../auth/passwords.js';
import { insertUser } from '../auth/user-accounts.js';
import { gatewayDefinition } from '../gateway.definition.js';

export const PASSWORD = 'river stone lamp';

/** What the fake dealers service answers of a dealer. */
export interface Standing {
  status?: string;
  childIds?: string[];
}

/** An answer over HTTP. */
export interface Answer {
  status: number;
  body: Record<string, unknown> & { reason?: string; errors?: { field: string; code: string; message: string }[] };
  text: string;
  /** The body of a file as it came. */
  bytes: Buffer;
  headers: Record<string, string | string[] | number | undefined>;
}

export interface Sent {
  body?: unknown;
  headers?: Record<string, string>;
  /** Raw payload with its own content type. */
  payload?: string | Buffer;
}

/** A signed-in user of a spec. */
export class Person {
  constructor(
    private readonly gateway: Gateway,
    readonly userId: string,
    readonly username: string,
    private readonly cookie: string,
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.gateway.send('GET', path, { headers: { cookie: this.cookie, ...headers } });
  }

  /** Creates send a fresh key unless a key is given. */
  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.gateway.send('POST', path, { body, headers: { cookie: this.cookie, 'idempotency-key': newId(), ...headers } });
  }

  put(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.gateway.send('PUT', path, { body, headers: { cookie: this.cookie, 'idempotency-key': newId(), ...headers } });
  }

  send(method: string, path: string, sent: Sent): Promise<Answer> {
    return this.gateway.send(method, path, { ...sent, headers: { cookie: this.cookie, ...sent.headers } });
  }
}

/** The gateway on a real database and bus; the other services are fakes on that bus. */
export class Gateway {
  readonly standings = new Map<string, Standing>();

  private constructor(readonly service: TestService) {}

  static async start(fakes: Fake[] = []): Promise<Gateway> {
    const standings = new Map<string, Standing>();
    const dealers = fake(DealerService, {
      getDealerStanding: async ({ id }) => {
        const standing = standings.get(id);
        if (!standing) throw notFound('dealer');
        return { id, status: 'active', ...standing };
      },
    });
    const own = fakes.some(({ service }) => service === DealerService) ? [] : [dealers];
    const service = await startTestService({ ...gatewayDefinition(), fakes: [...own, ...fakes] });
    const gateway = new Gateway(service);
    Object.assign(gateway, { standings });
    return gateway;
  }

  get app(): NestFastifyApplication {
    return this.service.app as NestFastifyApplication;
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const url = path.startsWith('/api') || path.startsWith('/health') ? path : `/api/v1${path}`;
    const json = sent.body === undefined ? {} : { payload: JSON.stringify(sent.body), headers: { 'content-type': 'application/json', ...sent.headers } };
    const answer = await this.app.inject({ method: method as 'GET', url, payload: sent.payload, headers: sent.headers, ...json });
    const isJson = String(answer.headers['content-type'] ?? '').includes('json') && answer.payload !== '';
    return { status: answer.statusCode, body: (isJson ? JSON.parse(answer.payload) : {}) as Answer['body'], text: answer.payload, bytes: answer.rawPayload, headers: answer.headers };
  }

  /** An account straight in the database, signed in over HTTP. */
  async person(role: Role, given: { dealerId?: string; siteId?: string; mustChange?: boolean } = {}): Promise<Person> {
    const id = newId();
    const username = `${role}.${id.slice(-12)}`;
    const passwordHash = await hashPassword(PASSWORD);
    if (given.dealerId && !this.standings.has(given.dealerId)) this.standings.set(given.dealerId, {});
    await this.service.database.command(this.service.ctx({ role: 'system' }), async (tx) => {
      await insertUser(tx, {
        id, username, name: `Person ${role}`, role, dealerId: given.dealerId ?? null, siteId: given.siteId ?? null, passwordHash, mustChange: given.mustChange ?? false,
      });
      return {};
    });
    return new Person(this, id, username, await this.signIn(username, PASSWORD));
  }

  async signIn(username: string, password: string): Promise<string> {
    const answer = await this.send('POST', '/auth/login', { body: { username, password } });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
    return cookieOf(answer);
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}

/** The session cookie of an answer, as it is sent back. */
export function cookieOf(answer: Answer): string {
  const cookies = [answer.headers['set-cookie']].flat().map(String);
  const session = cookies.find((each) => each.startsWith(`${SESSION_COOKIE}=`)) ?? '';
  return session.split(';')[0];
}
