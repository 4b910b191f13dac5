import { Refusal } from '@aftercare/domain';

/** Which part each part replaces; parts that replace none are absent. */
export type Replaces = ReadonlyMap<string, string>;

/**
 * P-1: a part replaces at most one other and is replaced by at most one, so that every superseded part proposes one
 * successor, and nobody goes round in a circle. Refuses SUPERSESSION_CYCLE, SUPERSEDED_ALREADY.
 */
export function requireChain(partId: string, replacedId: string, replaces: Replaces): void {
  for (let at: string | undefined = replacedId, steps = 0; at !== undefined && steps <= replaces.size; at = replaces.get(at), steps += 1) {
    if (at === partId) throw refused('SUPERSESSION_CYCLE', 'The part would replace itself in the end.');
  }
  const other = [...replaces].find(([id, replaced]) => replaced === replacedId && id !== partId);
  if (other) throw refused('SUPERSEDED_ALREADY', 'Another part replaces this one already.');
}

/** The parts that this one replaces, the one before first. */
export function predecessors(partId: string, replaces: Replaces): string[] {
  return walk(partId, replaces);
}

/** The parts that replace this one, the next first. */
export function successors(partId: string, replaces: Replaces): string[] {
  return walk(partId, new Map([...replaces].map(([id, replaced]) => [replaced, id])));
}

function walk(from: string, next: Replaces): string[] {
  const found: string[] = [];
  for (let at = next.get(from); at !== undefined && at !== from && !found.includes(at); at = next.get(at)) found.push(at);
  return found;
}

function refused(reason: string, message: string): Refusal {
  return new Refusal('failed_precondition', reason, message, { field: 'supersedesPartId' });
}
