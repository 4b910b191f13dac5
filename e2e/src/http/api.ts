import { randomUUID } from 'node:crypto';

/** What the platform answers when it refuses (RFC 9457). */
export interface Problem {
  status: number;
  code: string;
  reason: string;
  detail: string;
  traceId?: string;
  errors?: { field: string; code: string; message: string }[];
  present?: Record<string, unknown>;
}

/** A request was refused; the message names what and why. */
export class ProblemError extends Error {
  constructor(
    readonly request: string,
    readonly problem: Problem,
  ) {
    super(`${request} → ${problem.status} ${problem.reason ?? ''} ${problem.detail ?? ''} ${JSON.stringify(problem.errors ?? [])}`);
    this.name = 'ProblemError';
  }
}

/** An answer with its status, whatever it is. */
export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

/** What one request may say besides method, path and body. */
export interface CallOptions {
  /** The Idempotency-Key; a fresh one for every POST and PUT unless given, none when null. */
  key?: string | null;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** What a command answers. */
export interface Ref {
  id: string;
  number: string;
  state: string;
  version: number;
}

const TIMEOUT_MS = 15_000;

/** One signed-in person's view of the HTTP API. */
export class Api {
  /** The session cookie after signIn, for load generators. */
  cookie = '';

  constructor(readonly url: string) {}

  /** Signs in and answers who that is; with a one-time password the new one must be given. */
  async signIn(username: string, password: string, next?: string): Promise<{ id: string; role: string; dealerId: string | null }> {
    const { headers, body } = await this.send<{ user: { id: string; role: string; dealerId: string | null; mustChangePassword: boolean } }>(
      'POST', '/auth/login', { username, password }, { key: null },
    );
    this.cookie = headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
    if (body.user.mustChangePassword && next) {
      await this.post('/auth/change-password', { currentPassword: password, newPassword: next });
      return this.signIn(username, next);
    }
    return body.user;
  }

  get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.expectOk<T>('GET', path);
  }

  post<T = Ref>(path: string, body: object = {}, options: CallOptions = {}): Promise<T> {
    return this.expectOk<T>('POST', path, body, options);
  }

  put<T = Ref>(path: string, body: object, options: CallOptions = {}): Promise<T> {
    return this.expectOk<T>('PUT', path, body, options);
  }

  /** Sends and answers whatever comes; throws ProblemError for nothing. */
  async raw<T = unknown>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> {
    const key = options.key === undefined && method !== 'GET' ? randomUUID() : options.key;
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
        ...options.headers,
      },
      body: body === undefined ? undefined : isForm || typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as T };
  }

  /** Uploads a file and answers what a document refers to. */
  async upload(file: Uint8Array, name: string, type: string): Promise<{ id: string; sha256: string }> {
    const form = new FormData();
    form.append('file', new Blob([file], { type }), name);
    const { id, sha256 } = await this.expectOk<{ id: string; sha256: string }>('POST', '/attachments', form);
    return { id, sha256 };
  }

  private async expectOk<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    return (await this.send<T>(method, path, body, options)).body;
  }

  private async send<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> {
    const answer = await this.raw<T>(method, path, body, options);
    if (answer.status >= 400) throw new ProblemError(`${method} ${path}`, { status: answer.status, ...(answer.body as object) } as Problem);
    return answer;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Asks until the answer pleases: events travel while people wait. Gives up with the last answer. */
export async function eventually<T>(ask: () => Promise<T>, pleases: (answer: T) => boolean, what: string): Promise<T> {
  const until = Date.now() + 15_000;
  for (let answer = await ask(); ; answer = await ask()) {
    if (pleases(answer)) return answer;
    if (Date.now() > until) throw new Error(`${what} did not happen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
