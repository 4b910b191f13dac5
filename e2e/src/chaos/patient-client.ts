import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AckLog } from '../check/ack-log.js';
import { markerOf } from '../check/acknowledged.js';
import type { Answer, Api, Problem, Ref } from '../http/api.js';
import type { Tally } from './tally.js';

/** A person who asks again, under the same key, until there is an answer. */
export interface Patience {
  acks: AckLog;
  tally: Tally;
}

const ATTEMPT_TIMEOUT_MS = 8_000;
const GIVE_UP_MS = 120_000;
const PAUSE_MS = 200;
const IN_PROGRESS = 'IDEMPOTENCY_IN_PROGRESS';

/** The platform refused for good, or never answered; told to the tally already. */
export class NotDone extends Error {}

interface Failure {
  /** Asking again changes nothing. */
  final: boolean;
  /** The refusal's code. */
  refusal: string;
  reason: string;
}

export class PatientClient {
  constructor(
    private readonly api: Api,
    private readonly patience: Patience,
  ) {}

  /** Creates a document under a fresh key that also stands in its text, and reads it back. */
  async create<T extends Ref>(path: string, bodyOf: (marker: string) => object): Promise<T> {
    const { tally } = this.patience;
    const created = await this.createUnread<T>(path, bodyOf);
    const seen = await this.get<{ id?: string }>(`${path}/${created.id}`);
    if (seen.id !== created.id) tally.surprised(`GET ${path}/${created.id} answered the document ${seen.id}`);
    return created;
  }

  /** Creates a document that has no address of its own; the checker finds it. */
  async createUnread<T extends Ref>(path: string, bodyOf: (marker: string) => object): Promise<T> {
    const { acks } = this.patience;
    const key = randomUUID();
    acks.sent(key, path);
    const created = await this.untilAnswered<T>('POST', path, { key, body: bodyOf(markerOf(key)) });
    acks.acknowledged(key, path, created.id);
    return created;
  }

  /** A step of a document, under a key of its own. */
  command<T = Ref>(path: string, body: object): Promise<T> {
    return this.untilAnswered<T>('POST', path, { key: randomUUID(), body });
  }

  /** A step that somebody else, or the calendar, may have made impossible meanwhile: null when it is refused for one of these reasons. */
  async commandUnless<T = Ref>(path: string, body: object, refusals: readonly string[]): Promise<T | null> {
    return this.untilAnswered<T, null>('POST', path, { key: randomUUID(), body, refusals });
  }

  get<T>(path: string): Promise<T> {
    return this.untilAnswered<T>('GET', path, { key: null });
  }

  /** Asks until the answer pleases: events take their time while processes die. */
  async until<T>(path: string, pleases: (answer: Answer<T>) => boolean): Promise<T> {
    for (const limit = Date.now() + GIVE_UP_MS; ; ) {
      const answer = await this.api.raw<T>('GET', path, undefined, { timeoutMs: ATTEMPT_TIMEOUT_MS }).catch(() => null);
      if (answer && pleases(answer)) return answer.body;
      if (Date.now() > limit) throw this.notDone(`GET ${path} did not become what it should in ${GIVE_UP_MS / 1_000} s: ${answer?.status ?? 'no answer'}`);
      await sleep(PAUSE_MS);
    }
  }

  private async untilAnswered<T, N extends null = never>(method: string, path: string, sent: { key: string | null; body?: object; refusals?: readonly string[] }): Promise<T | N> {
    const limit = Date.now() + GIVE_UP_MS;
    for (;;) {
      const outcome = await this.attempt<T>(method, path, sent);
      if ('body' in outcome) {
        this.patience.tally.answered += 1;
        return outcome.body;
      }
      if (outcome.final && sent.refusals?.includes(outcome.refusal)) return null as N;
      if (outcome.final) throw this.notDone(`${method} ${path} was refused: ${outcome.reason}`);
      if (Date.now() > limit) throw this.notDone(`${method} ${path} was not answered in ${GIVE_UP_MS / 1_000} s: ${outcome.reason}`);
      this.patience.tally.retried(outcome.reason);
      await sleep(PAUSE_MS);
    }
  }

  private async attempt<T>(method: string, path: string, sent: { key: string | null; body?: object }): Promise<{ body: T } | Failure> {
    let answer: Answer<T>;
    try {
      answer = await this.api.raw<T>(method, path, sent.body, { key: sent.key, timeoutMs: ATTEMPT_TIMEOUT_MS });
    } catch (error) {
      return { final: false, refusal: '', reason: connectionProblem(error) };
    }
    if (answer.status < 400) return { body: answer.body };
    const { reason = '', detail = '' } = answer.body as Partial<Problem>;
    const passing = answer.status >= 500 || answer.status === 429 || reason === IN_PROGRESS;
    return { final: !passing, refusal: reason, reason: passing ? `${answer.status} ${reason}` : `${answer.status} ${reason} ${detail}` };
  }

  private notDone(what: string): NotDone {
    this.patience.tally.surprised(what);
    return new NotDone(what);
  }
}

function connectionProblem(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name ?? 'connection lost';
}
