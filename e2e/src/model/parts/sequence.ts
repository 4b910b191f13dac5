import type { Api } from '../../http/api.js';
import { dateOf, type Serial } from './model.js';
import type { PartsWorld, Stage } from './world.js';

/** Who acts and looks. */
export type ActorName = 'clerk' | 'supervisor' | 'keeper' | 'finance' | 'auditor' | 'manager';

/** What a campaign has compared so far. */
export interface Compared {
  sequences: number;
  commands: number;
  reads: number;
  refusals: number;
  /** Kind of command → how often it was done, and how often refused as the model says. */
  taken: Map<string, { done: number; refused: number }>;
}

export const nothingCompared = (): Compared => ({ sequences: 0, commands: 0, reads: 0, refusals: 0, taken: new Map() });

/** What the commands of one sequence work on besides the model. */
export interface Sequence {
  world: PartsWorld;
  stage: Stage;
  compared: Compared;
}

export function apiOf({ world, stage }: Sequence, name: ActorName): Api {
  return name === 'manager' ? stage.manager : world.people[name];
}

/** Reads as somebody; it must be allowed. */
export async function read<T>(sequence: Sequence, name: ActorName, path: string): Promise<T> {
  sequence.compared.reads += 1;
  return apiOf(sequence, name).get<T>(path);
}

/** All items of a list that fits on one page. */
export async function list<T>(sequence: Sequence, name: ActorName, path: string): Promise<T[]> {
  const { items, nextCursor } = await read<{ items: T[]; nextCursor?: string }>(sequence, name, `${path}${path.includes('?') ? '&' : '?'}limit=200`);
  if (nextCursor) throw new Error(`${path} has more than a page`);
  return items;
}

export const partIndex = ({ stage }: Sequence, id: string): number => stage.parts.indexOf(id);
export const partId = ({ stage }: Sequence, part: number): string => stage.parts[part] ?? '';
export const siteIndex = ({ world }: Sequence, id: string | undefined): number | null => (id ? world.sites.indexOf(id) : null);
export const serialOf = ({ world }: Sequence, typed: string): Serial => (Object.keys(world.serials) as Serial[]).find((each) => world.serials[each] === typed) ?? '';

/** The day of the sequence that a local date is; null for none. */
export function dayOf(date: string | undefined): number | null {
  return date ? Math.round((Date.parse(date) - Date.parse(dateOf(0))) / 86_400_000) : null;
}

export const fen = (amount: string | undefined): number => Math.round(Number(amount || '0') * 100);

/** One of a list by a number drawn. */
export function drawn<T>(of: readonly T[], number: number): T {
  return of[number % of.length] as T;
}

/** Things that have no id yet in the model; named by what lacks them. */
export const withoutId = <T extends { id: string }>(things: readonly T[]): T[] => things.filter(({ id }) => id === '');
