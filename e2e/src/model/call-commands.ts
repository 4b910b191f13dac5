import fc, { type AsyncCommand } from 'fast-check';
import type { Answer, Ref } from '../http/api.js';
import {
  ACTION_NAMES, ACTOR_NAMES, apply, confirmed, linkHolds, mayEver, openedCall, outcome, questionOutcome, refusal, refused, sees, type ActionName, type ActorName, type CallModel, type Choice,
  type Refused, type Side,
} from './call-model.js';
import { openingBody, sentFor, type RealCall } from './call-requests.js';
import type { CallWorld } from './call-world.js';
import { compareCall, Mismatch, refusedAs, same, type Compared } from './compare.js';

/** What the commands of one sequence work on besides the model. */
export interface Sequence {
  real: RealCall;
  compared: Compared;
  /** A clerk files what was confirmed. */
  checked: boolean;
}
type Command = AsyncCommand<CallModel, Sequence>;

/** A step that somebody is allowed to take, sent with the least that is right: it succeeds, unless fees were not agreed to. */
class Act implements Command {
  constructor(private readonly name: ActorName, private readonly action: ActionName, private readonly choice: Choice, private readonly dice: number) {}

  check(call: Readonly<CallModel>): boolean {
    return sees(call, this.name) && refusal(call, this.name, this.action) === undefined;
  }

  async run(call: CallModel, sequence: Sequence): Promise<void> {
    const { name, action, choice } = this;
    const { real, compared, checked } = sequence;
    const { path, body } = sentFor(call, real, { name, action, choice });
    const answer = await real.world.actors[name].api.raw<Ref & { token?: string; quoteId?: string }>('POST', path, body);
    const expected = outcome(call, name, action, choice);
    answeredAs(`${action} by ${name}`, answer, expected);
    if (expected === undefined) {
      apply(call, action, choice, checked);
      remember(real, action, answer.body);
      compared.taken.set(`${name} ${action}`, (compared.taken.get(`${name} ${action}`) ?? 0) + 1);
    }
    await done(call, sequence, this.dice);
  }

  toString(): string {
    return `${this.name}.${this.action}(${JSON.stringify(this.choice)}, ${this.dice})`;
  }
}

/** The customer answers by his link, whether it holds or not. */
class CustomerAnswers implements Command {
  constructor(private readonly confirms: boolean, private readonly dice: number) {}

  check({ linked }: Readonly<CallModel>): boolean {
    return linked;
  }

  async run(call: CallModel, sequence: Sequence): Promise<void> {
    const { world, token } = sequence.real;
    const holds = linkHolds(call);
    const answer = await world.customer.raw('POST', `/public/confirmations/${token}`, this.confirms ? { confirmed: true } : { confirmed: false, reason: '还在滴水' });
    answeredAs(`the customer’s answer ${this.confirms}`, answer, holds ? undefined : { status: 404, reason: 'LINK_INVALID' });
    if (holds && this.confirms) confirmed(call, sequence.checked);
    if (holds && !this.confirms) refused(call);
    await done(call, sequence, this.dice);
  }

  toString(): string {
    return `customer.${this.confirms ? 'confirms' : 'refuses'}(${this.dice})`;
  }
}

/** Somebody answers a question that a dealer asked on the call. */
class AnswerQuestion implements Command {
  constructor(private readonly name: ActorName, private readonly which: number, private readonly dice: number) {}

  check({ questions }: Readonly<CallModel>): boolean {
    return questions.length > 0;
  }

  async run(call: CallModel, sequence: Sequence): Promise<void> {
    const index = this.which % call.questions.length;
    const [question, id] = [call.questions[index], sequence.real.questionIds[index]];
    if (!question || !id) throw new Mismatch('a question was asked and has no id');
    const { world: { actors } } = sequence.real;
    const { version, allowedActions: [said] } = await actors.clerk.api.get<{ version: number; allowedActions: { allowed: boolean }[] }>(`/support-questions/${id}`);
    same('whether the clerk may answer', Boolean(said?.allowed), !question.answered);
    const answer = await actors[this.name].api.raw('POST', `/support-questions/${id}/answer`, { version, answer: '先关水阀' });
    const expected = questionOutcome(question, this.name);
    answeredAs(`the answer of ${this.name} to a question`, answer, expected);
    if (expected === undefined) question.answered = true;
    await done(call, sequence, this.dice);
  }

  toString(): string {
    return `${this.name}.answers(${this.which}, ${this.dice})`;
  }
}

/** Time passes: a day and an hour, or a month and more. */
class Pass implements Command {
  constructor(private readonly hours: number, private readonly dice: number) {}

  check(): boolean {
    return true;
  }

  async run(call: CallModel, sequence: Sequence): Promise<void> {
    await sequence.real.world.pass(this.hours);
    call.hour += this.hours;
    await done(call, sequence, this.dice);
  }

  toString(): string {
    return `pass(${this.hours} h, ${this.dice})`;
  }
}

function answeredAs(what: string, answer: Answer, expected: Refused | undefined): void {
  const found = refusedAs(answer);
  if (found && !expected) throw new Mismatch(`${what} is allowed and was refused: ${JSON.stringify(answer.body)}`);
  same(what, found ?? null, expected ?? null);
}

/** What later requests must name. */
function remember(real: RealCall, action: ActionName, answer: Partial<Ref> & { token?: string; quoteId?: string }): void {
  if (action === 'quote') real.quoteId = answer.quoteId ?? '';
  if (action === 'confirmation-link') real.token = answer.token ?? '';
  if (action === 'request-support') real.questionIds.push(answer.id ?? '');
  if (action === 'correct') real.corrections += 1;
}

async function done(call: CallModel, { real, compared }: Sequence, dice: number): Promise<void> {
  compared.commands += 1;
  await compareCall(call, real, compared, dice);
}

/** Who opens the call, and for which dealer. */
export const openings = fc.constantFrom<[ActorName, Side | null]>(
  ['managerA', 'A'], ['technicianA1', 'A'], ['technicianA2', 'A'], ['managerB', 'B'], ['technicianB1', 'B'], ['clerk', 'A'], ['clerk', null], ['clerk', null],
);

/** Steps that lead on are drawn more often than those that leave the call where it is. */
const OFTEN: Partial<Record<ActionName, number>> = { record: 4, confirm: 3, refuse: 2, file: 8, reopen: 4, route: 3, 'strike-special': 6, 'answer-quote': 2, cancel: 0.3, 'request-parts': 0.5 };
const STEPS = ACTION_NAMES.flatMap((action) => ACTOR_NAMES.filter((name) => mayEver(name, action)).map((name) => ({ name, action, weight: Math.ceil((OFTEN[action] ?? 1) * 4) })));
const DAY_AND_HOUR = 25;
const MONTH_AND_MORE = 745;

/** Commands of one sequence. */
export function sequenceOf(maxCommands: number, replayPath?: string): ReturnType<typeof fc.commands<CallModel, Sequence, false>> {
  const dice = fc.nat({ max: 10_000 });
  const choice = fc.record({ other: fc.boolean(), solved: fc.boolean(), billed: fc.boolean() });
  const step = fc.oneof(...STEPS.map(({ weight, ...each }) => ({ weight, arbitrary: fc.constant(each) })));
  const acts = fc.tuple(step, choice, dice).map(([{ name, action }, chosen, drawn]): Command => new Act(name, action, chosen, drawn));
  const customer = fc.tuple(fc.boolean(), dice).map(([confirms, drawn]): Command => new CustomerAnswers(confirms, drawn));
  const answers = fc.tuple(fc.constantFrom<ActorName>('clerk', 'clerk', 'supervisor', 'managerA', 'technicianB1'), fc.nat({ max: 9 }), dice)
    .map(([name, which, drawn]): Command => new AnswerQuestion(name, which, drawn));
  const pass = fc.tuple(fc.constantFrom(DAY_AND_HOUR, DAY_AND_HOUR, MONTH_AND_MORE), dice).map(([hours, drawn]): Command => new Pass(hours, drawn));
  const any = fc.oneof({ weight: 88, arbitrary: acts }, { weight: 5, arbitrary: customer }, { weight: 3, arbitrary: answers }, { weight: 3, arbitrary: pass });
  return fc.commands([any], { maxCommands, size: 'max', ...(replayPath ? { replayPath } : {}) });
}

/** Opens the call of a sequence as somebody, and compares it before anything else is done. */
export async function beginSequence(world: CallWorld, [name, side]: [ActorName, Side | null], way: { compared: Compared; checked: boolean }): Promise<{ model: CallModel; real: Sequence }> {
  const opened = await world.actors[name].api.post('/repair-calls', openingBody(world, name, side));
  const model = openedCall(name, side);
  const real: RealCall = { world, id: opened.id, version: opened.version, quoteId: '', token: '', questionIds: [], corrections: 0 };
  await compareCall(model, real, way.compared, 0);
  return { model, real: { real, ...way } };
}
