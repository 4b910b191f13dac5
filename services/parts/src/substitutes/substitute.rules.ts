import { Refusal, type LineState, type SupplyKind } from '@aftercare/domain';
import { predecessors, successors, type Replaces } from '../catalogue/supersession.rules.js';

/** A line as its part might be exchanged. */
export interface LineToServe {
  partId: string;
  quantity: number;
  state: LineState;
  supplyKind: SupplyKind | '';
  backorderedQuantity: number;
}

/** Pieces of each part that could be promised now; parts that are absent have none. */
export type InStock = ReadonlyMap<string, number>;

/** A part of the chain that is there. */
export interface Proposal {
  partId: string;
  /** It replaces the part asked for. */
  newer: boolean;
}

const UNDECIDED: readonly LineState[] = ['in_review', 'quoted', 'escalated'];

/** P-7: the pieces of a line that wait, or would if it were approved now. */
export function shortQuantity(line: LineToServe, stock: InStock): number {
  if (line.state === 'approved') return line.backorderedQuantity;
  return UNDECIDED.includes(line.state) ? Math.max(0, line.quantity - (stock.get(line.partId) ?? 0)) : 0;
}

/** P-7, P-11: for a line that is short, the parts of its chain of which the whole line is there: the next newer number first, then the older ones. */
export function substitutesFor(line: LineToServe, replaces: Replaces, stock: InStock): Proposal[] {
  if (shortQuantity(line, stock) === 0) return [];
  const chain = [...successors(line.partId, replaces).map((partId) => ({ partId, newer: true })), ...predecessors(line.partId, replaces).map((partId) => ({ partId, newer: false }))];
  return chain.filter(({ partId }) => (stock.get(partId) ?? 0) >= line.quantity);
}

/**
 * P-5, P-7: why a line cannot get another part as it stands; undefined when it can. What was priced stays what was priced, and what is on
 * its way or reserved is not exchanged.
 */
export function exchangeRefusal(line: LineToServe): 'STEP_NOT_ALLOWED' | 'SUBSTITUTE_CHARGED' | 'SUBSTITUTE_PARTLY_THERE' | undefined {
  if (line.state === 'in_review') return undefined;
  if (line.state !== 'approved' && line.state !== 'quoted') return 'STEP_NOT_ALLOWED';
  if (line.state === 'quoted' || line.supplyKind === 'charged') return 'SUBSTITUTE_CHARGED';
  return line.backorderedQuantity === line.quantity ? undefined : 'SUBSTITUTE_PARTLY_THERE';
}

const MESSAGES = {
  STEP_NOT_ALLOWED: 'The part of this line is not exchanged now.',
  SUBSTITUTE_CHARGED: 'The price was made for the part that was asked for.',
  SUBSTITUTE_PARTLY_THERE: 'Pieces of this line are reserved or shipped already.',
};

/** P-7: the line may get this part now. Refuses STEP_NOT_ALLOWED, SUBSTITUTE_CHARGED, SUBSTITUTE_PARTLY_THERE, SUBSTITUTE_NOT_OFFERED. */
export function checkExchange(line: LineToServe, proposals: readonly Proposal[], partId: string): void {
  const refusal = exchangeRefusal(line);
  if (refusal !== undefined) throw new Refusal('failed_precondition', refusal, MESSAGES[refusal], { state: line.state });
  if (proposals.some((each) => each.partId === partId)) return;
  throw new Refusal('failed_precondition', 'SUBSTITUTE_NOT_OFFERED', 'This part is not offered for the line, or no longer.', { field: 'partId' });
}
