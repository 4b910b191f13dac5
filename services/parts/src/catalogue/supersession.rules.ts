import { Refusal } from '@aftercare/domain';

/** Which part each part replaces; parts that replace none are absent. */
export type Replaces = ReadonlyMap<string, string>;

/** The links both ways, looked through once however many parts are checked against them. */
export class Links {
  private readonly replacedBy = new Map<string, string[]>();
  /** Parts that replace themselves in the end. */
  private readonly circling: ReadonlySet<string>;

  constructor(private readonly replaces: Replaces) {
    for (const [id, replaced] of replaces) {
      const others = this.replacedBy.get(replaced);
      if (others) others.push(id);
      else this.replacedBy.set(replaced, [id]);
    }
    this.circling = circles(replaces);
  }

  /** Whether the part, replacing the other one, would replace itself in the end. A link that is there already is not followed anew. */
  closesCircle(partId: string, replacedId: string): boolean {
    if (partId === replacedId) return true;
    return this.replaces.get(partId) === replacedId ? this.circling.has(partId) : predecessors(replacedId, this.replaces).includes(partId);
  }

  /** Whether another part than this one replaces the replaced one. */
  hasOther(partId: string, replacedId: string): boolean {
    return (this.replacedBy.get(replacedId) ?? []).some((id) => id !== partId);
  }
}

/**
 * P-1: a part replaces at most one other and is replaced by at most one, so that every superseded part proposes one
 * successor, and nobody goes round in a circle. Refuses SUPERSESSION_CYCLE, SUPERSEDED_ALREADY.
 */
export function requireChain(partId: string, replacedId: string, links: Links): void {
  if (links.closesCircle(partId, replacedId)) throw refused('SUPERSESSION_CYCLE', 'The part would replace itself in the end.');
  if (links.hasOther(partId, replacedId)) throw refused('SUPERSEDED_ALREADY', 'Another part replaces this one already.');
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
  const found = new Set<string>();
  for (let at = next.get(from); at !== undefined && at !== from && !found.has(at); at = next.get(at)) found.add(at);
  return [...found];
}

/** Every part is passed once: a way that meets itself is a circle from there on, one that meets an earlier way brings nothing new. */
function circles(replaces: Replaces): Set<string> {
  const circling = new Set<string>();
  const passed = new Set<string>();
  for (const from of replaces.keys()) {
    const way = new Set<string>();
    let at: string | undefined = from;
    for (; at !== undefined && !passed.has(at); at = replaces.get(at)) {
      passed.add(at);
      way.add(at);
    }
    for (; at !== undefined && way.has(at) && !circling.has(at); at = replaces.get(at)) circling.add(at);
  }
  return circling;
}

function refused(reason: string, message: string): Refusal {
  return new Refusal('failed_precondition', reason, message, { field: 'supersedesPartId' });
}
