import type { RepairCallJson } from '@aftercare/contracts';
import type { Answer } from '../http/api.js';
import {
  ACTION_NAMES, ACTOR_NAMES, ACTORS, outcome, readsPlain, refusal, sees, situation, type ActionName, type ActorName, type CallModel, type Choice, type Refused,
} from './call-model.js';
import { sentFor, type RealCall } from './call-requests.js';
import { nobody, withoutTrace } from './call-world.js';

/** What a campaign has compared so far; `situations` are those in which every refusal was tried. */
export interface Compared {
  commands: number;
  reads: number;
  refusals: number;
  /** actor and action → how often it succeeded as the model says. */
  taken: Map<string, number>;
  situations: Set<string>;
  /** Tries every refusal in each new situation; otherwise only the few drawn after each command. */
  thorough: boolean;
}

export const nothingCompared = (thorough: boolean): Compared => ({ commands: 0, reads: 0, refusals: 0, taken: new Map(), situations: new Set(), thorough });

/** The model and the platform say different things. */
export class Mismatch extends Error {}

type Shown = RepairCallJson & { version: number };

const DRAWN = 3;
const AT_ONCE = 8;
const PLAIN_CHOICE: Choice = { other: false, solved: false, billed: false };

/** After a command: everybody sees what the model says, and what is said to be refused is refused and changes nothing. */
export async function compareCall(call: CallModel, real: RealCall, compared: Compared, dice: number): Promise<void> {
  const before = await compareReads(call, real, compared);
  const tried = refusalsToTry(call, compared, dice);
  for (let from = 0; from < tried.length; from += AT_ONCE) await Promise.all(tried.slice(from, from + AT_ONCE).map((pair) => tryRefusal(call, real, pair)));
  compared.refusals += tried.length;
  const after = await shownTo('supervisor', real);
  same('what refusals leave of the call', lasting(after), lasting(before));
  compared.situations.add(situation(call));
}

/** Reads the call as every actor; answers it as the supervisor sees it. */
async function compareReads(call: CallModel, real: RealCall, compared: Compared): Promise<Shown> {
  const answers = await Promise.all(ACTOR_NAMES.map(async (name) => [name, await read(name, real)] as const));
  compared.reads += answers.length;
  for (const [name, answer] of answers) await compareRead(call, real, name, answer);
  const shown = answers.find(([name]) => name === 'supervisor')?.[1].body as Shown;
  real.version = shown.version;
  return shown;
}

async function compareRead(call: CallModel, real: RealCall, name: ActorName, answer: Answer): Promise<void> {
  if (!sees(call, name)) return sameAsMissing(real, `read ${name}`, answer, () => read(name, { ...real, id: nobody() }));
  if (answer.status !== 200) throw new Mismatch(`${name} should see the call and gets ${answer.status} ${JSON.stringify(answer.body)}`);
  const shown = answer.body as Shown;
  same(`the call as ${name} sees it`, factsOf(shown, real), factsOfModel(call, name));
  const said = (shown.allowedActions ?? []).map(({ action, allowed, reason }) => [action, allowed ? '' : (reason ?? '')] as [string, string]);
  same(`allowedActions of ${name}`, inOrder(said), inOrder(ACTION_NAMES.map((action) => [action, refusal(call, name, action) ?? ''])));
  const silent = (shown.allowedActions ?? []).filter(({ allowed, message }) => !allowed && !message).map(({ action }) => action);
  same(`actions refused to ${name} without a sentence`, silent, []);
}

const inOrder = (entries: [string, string][]): object => Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

function factsOf(shown: Shown, { world }: RealCall): object {
  const actorOf = (id: string | undefined): string | null => ACTOR_NAMES.find((each) => id && world.actors[each].userId === id) ?? null;
  return {
    state: shown.state, side: shown.dealerId === world.dealers.A ? 'A' : shown.dealerId === world.dealers.B ? 'B' : null, technician: actorOf(shown.technicianUserId),
    clocks: (shown.clocks ?? []).map(({ specialReason, stoppedAt }) => ({ special: Boolean(specialReason), stopped: Boolean(stoppedAt) })),
    reopened: shown.reopenCount ?? 0, appointed: Boolean(shown.appointmentFrom), plain: !(shown.contactPhone ?? '').includes('*'),
    openQuotes: (shown.quotes ?? []).filter(({ state }) => state === 'open').map(({ labourFee }) => Number(labourFee)),
    agreed: (shown.quotes ?? []).filter(({ state }) => state === 'accepted').map(({ labourFee }) => Number(labourFee)),
    recorded: (shown.records ?? []).reduce((sum, { labourFee }) => sum + Number(labourFee), 0),
    asked: (shown.history ?? []).filter(({ action }) => action === 'request-support').length,
  };
}

/** Domain 1: a dealer reads the fees of its own records; of a call that it got by re-routing none of before. */
function recordedFor({ recorded, recordedOf }: CallModel, name: ActorName): number {
  const { side } = ACTORS[name];
  return side === null ? recorded : recordedOf[side];
}

function factsOfModel(call: CallModel, name: ActorName): object {
  return {
    state: call.state, side: call.side, technician: call.technician, clocks: call.clocks.map(({ special, stopped }) => ({ special, stopped })), reopened: call.reopened,
    appointed: call.appointed, plain: readsPlain(call, name), openQuotes: call.openQuote === null ? [] : [call.openQuote], agreed: call.agreed === null ? [] : [call.agreed],
    recorded: recordedFor(call, name), asked: call.questions.length,
  };
}

interface Pair {
  name: ActorName;
  action: ActionName;
}

const PAIRS: Pair[] = ACTOR_NAMES.flatMap((name) => ACTION_NAMES.map((action) => ({ name, action })));

/** All that must be refused now: whole in a situation that is new, else a few drawn by the dice of the command. */
function refusalsToTry(call: CallModel, { situations, thorough }: Compared, dice: number): Pair[] {
  const refused = PAIRS.filter(({ name, action }) => outcome(call, name, action, PLAIN_CHOICE) !== undefined);
  if (thorough && !situations.has(situation(call))) return refused;
  const step = 1 + (dice % 7);
  return Array.from({ length: DRAWN }, (_each, index) => refused[(dice + index * step * 13) % refused.length] as Pair);
}

async function tryRefusal(call: CallModel, real: RealCall, { name, action }: Pair): Promise<void> {
  const expected = outcome(call, name, action, PLAIN_CHOICE) as Refused;
  const { path, body } = sentFor(call, real, { name, action, choice: PLAIN_CHOICE });
  const { api } = real.world.actors[name];
  const answer = await api.raw('POST', path, body);
  same(`${action} tried by ${name}`, refusedAs(answer), expected);
  if (expected.status === 404) await sameAsMissing(real, `${action} ${name}`, answer, () => api.raw('POST', path.replace(real.id, nobody()), body));
}

/** An answer about a call that is not one's own is the answer about none. */
async function sameAsMissing({ world: { missing } }: RealCall, what: string, answer: Answer, ask: () => Promise<Answer>): Promise<void> {
  const known = missing.get(what) ?? (await ask());
  missing.set(what, known);
  same(`${what} of somebody else's call, as of a missing one`, withoutTrace(answer), withoutTrace(known));
}

/** Status and reason of an answer that should be a refusal. */
export function refusedAs({ status, body }: Answer): Refused | undefined {
  return status < 400 ? undefined : { status, reason: (body as { reason?: string }).reason ?? '' };
}

/** What the platform says, held against what the model says. */
export function same(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Mismatch(`${what}: the platform says ${differing(found, expected)}`);
}

/** Only the entries that differ, where both are objects. */
function differing(found: unknown, expected: unknown): string {
  const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isPlain(found) || !isPlain(expected)) return `${JSON.stringify(found)}, the model ${JSON.stringify(expected)}`;
  const keys = [...new Set([...Object.keys(found), ...Object.keys(expected)])].filter((key) => JSON.stringify(found[key]) !== JSON.stringify(expected[key]));
  return keys.map((key) => `${key} ${JSON.stringify(found[key])}, the model ${JSON.stringify(expected[key])}`).join('; ') || 'the same in another order';
}

/** What no refusal may change; a breach, and a window whose day is over, may be told meanwhile, which is no refusal's doing. */
function lasting({ state, version, dealerId, technicianUserId, appointmentFrom, history, records, quotes, appointments, clocks }: Shown): object {
  return {
    state, version, dealerId, technicianUserId, appointmentFrom, history, records, quotes,
    appointments: (appointments ?? []).map(({ outcome: ended, ...window }) => ({ ...window, outcome: ended === 'missed' && !window.arrivedAt ? '' : ended })),
    clocks: (clocks ?? []).map(({ startedAt, specialReason, stoppedAt }) => ({ startedAt, specialReason, stoppedAt })),
  };
}

function read(name: ActorName, { world, id }: RealCall): Promise<Answer> {
  return world.actors[name].api.raw('GET', `/repair-calls/${id}`);
}

async function shownTo(name: ActorName, real: RealCall): Promise<Shown> {
  return (await read(name, real)).body as Shown;
}
