import type { AsyncCommand } from 'fast-check';
import { Mismatch, refusedAs, same } from '../compare.js';
import { compareAll } from './overview.js';
import { refused, type PartsModel, type Refused } from './model.js';
import { apiOf, drawn, type ActorName, type Sequence } from './sequence.js';

/**
 * How a command is tried: as it should be; with an entry that is odd; on whatever there is, ready or not; based on a version nobody saw;
 * by a role that may not; by another dealer's manager.
 */
export type How = 'right' | 'odd' | 'wild' | 'stale' | 'role' | 'foreign';

/** What a command draws its choices from. */
export interface Dice {
  which: number;
  how: How;
  a: number;
  b: number;
  c: number;
}

/** A command being run on its target. */
export interface At<T> {
  model: PartsModel;
  sequence: Sequence;
  target: T;
  dice: Dice;
}

/** A kind of command: on what it can be done now, on what it can be tried at all, and how. */
export interface Kind<T> {
  name: string;
  weight: number;
  ready(model: PartsModel): T[];
  all(model: PartsModel): T[];
  /** Tries it and brings the model where the platform should be; answers why it was refused. */
  run(at: At<T>): Promise<Refused | undefined>;
}

export const kind = <T>(of: Kind<T>): Kind<T> => of;

/** For a command that needs nothing to be done on. */
export const ALWAYS = { ready: (): null[] => [null], all: (): null[] => [null] };

export interface Attempt {
  actor: ActorName;
  path: string;
  body: object;
  /** Why the model says it is refused. */
  expected: Refused | undefined;
  /** The version it is based on. */
  version?: number;
  /** A dealer's manager may do it, too. */
  managers?: boolean;
}

const NO_SUCH_VERSION = 1_000;

/** Sends what a command asks for, as its dice say, and holds the answer against the model: the answer, or why it was refused. */
export async function attempt<T = { id: string; version: number; state: string }>({ sequence, dice }: At<unknown>, tried: Attempt): Promise<{ body: T; why?: undefined } | { why: Refused; body?: undefined }> {
  const { actor, path, version, managers = actor === 'manager' } = tried;
  const { how } = dice;
  const stale = how === 'stale' && version !== undefined;
  const foreign = how === 'foreign' && version !== undefined;
  const body = version === undefined ? tried.body : { ...tried.body, version: stale ? version + NO_SUCH_VERSION : version };
  const { world } = sequence;
  const api = how === 'role' ? world.people.auditor : foreign ? world.foreigner : apiOf(sequence, actor);
  const expected = how === 'role' || (foreign && !managers) ? refused('ROLE_NOT_ALLOWED', 403) : foreign ? refused('NOT_FOUND', 404) : stale ? refused('STALE_VERSION') : tried.expected;
  const answer = await api.raw<T>('POST', path, body);
  const found = refusedAs(answer);
  if (found && !expected) throw new Mismatch(`${actor} POST ${path} ${JSON.stringify(body)} is allowed and was refused: ${JSON.stringify(answer.body)}`);
  same(`${actor} POST ${path} ${JSON.stringify(body)}`, found ?? null, expected ?? null);
  return expected ? { why: expected } : { body: answer.body };
}

/** Of so many commands one is followed by a command beside it. */
const BESIDE_EVERY = 3;

/** One command of a sequence; after some, one of those that touch nothing else is done beside it, so that they change no sequence. */
export class Step<T> implements AsyncCommand<PartsModel, Sequence> {
  private done = '';

  constructor(private readonly of: Kind<T>, private readonly dice: Dice, private readonly beside: readonly Kind<never>[] = []) {}

  check(model: Readonly<PartsModel>): boolean {
    return model.commands < model.most && this.candidates(model as PartsModel).length > 0;
  }

  async run(model: PartsModel, sequence: Sequence): Promise<void> {
    model.commands += 1;
    await this.take(model, sequence);
    if (this.dice.b % BESIDE_EVERY > 0) return;
    const possible = this.beside.map((each) => new Step(each, this.dice)).filter((each) => each.candidates(model).length > 0);
    if (possible.length > 0) await drawn(possible, this.dice.c).take(model, sequence);
  }

  private async take(model: PartsModel, sequence: Sequence): Promise<void> {
    const { of, dice } = this;
    const target = drawn(this.candidates(model), dice.which);
    sequence.compared.commands += 1;
    const taken = sequence.compared.taken.get(of.name) ?? { done: 0, refused: 0 };
    sequence.compared.taken.set(of.name, taken);
    const why = await of.run({ model, sequence, target, dice });
    this.done = why ? ` → ${why.reason}` : '';
    taken[why ? 'refused' : 'done'] += 1;
    if (why) sequence.compared.refusals += 1;
    await compareAll(model, sequence);
  }

  toString(): string {
    const { which, how, a, b, c } = this.dice;
    return `${this.of.name}(${[which, how, a, b, c].join(', ')})${this.done}`;
  }

  private candidates(model: PartsModel): T[] {
    return this.dice.how === 'wild' ? this.of.all(model) : this.of.ready(model);
  }
}
