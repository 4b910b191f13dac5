import type { Tx } from '@aftercare/service';
import { supersessionChains } from './supersession.js';

/** Surplus credit of a dealer for a part (H-7). */
export interface PartCredit {
  /** Pieces that were surplus of the part itself, above 0. */
  own: number;
  /** What is free of the ledgers of its whole supersession chain; parts of one chain share it. */
  chain: { free: number };
}

/** What is left by the ledgers of parts; where one fell below zero, surplus of another part was used on it, which leaves its own. */
const KEPT = `
  select part_id as "partId", sum(quantity)::int as pieces, (sum(quantity) - least(min(balance), 0))::int as own
    from (select part_id, quantity, sum(quantity) over (partition by part_id order by at, id) as balance from return_credit
           where dealer_id = $1 and part_id = any($2::uuid[])) entry group by part_id`;

/** Surplus that was set against charged pieces and waits for invoicing. */
const WAITING = `
  select o.part_id as "partId", sum(l.quantity)::int as pieces from late_return l join obligation o on o.id = l.obligation_id
   where l.dealer_id = $1 and l.state = 'waiting' and l.credit_discrepancy_id is not null and o.part_id = any($2::uuid[]) group by o.part_id`;

interface Pieces {
  partId: string;
  pieces: number;
}

type Kept = Pieces & { own: number };

/**
 * The surplus credit of a dealer for parts; absent is none. Surplus that came free meets also other parts of its chain (H-1a), on
 * whose ledger it is used, so that of a part no more is free than of its chain.
 */
export async function creditsOf(tx: Tx, dealerId: string, partIds: readonly string[]): Promise<Map<string, PartCredit>> {
  const some = (await tx.sql<Kept>({ name: 'return_credits', text: KEPT, values: [dealerId, partIds] })).filter(({ own }) => own > 0);
  if (some.length === 0) return new Map();
  const chains = await supersessionChains(tx, some.map(({ partId }) => partId));
  const members = [...new Set([...chains.values()].flatMap((chain) => [...chain]))];
  const kept = await tx.sql<Kept>({ name: 'return_credits', text: KEPT, values: [dealerId, members] });
  const waiting = await tx.sql<Pieces>({ name: 'return_credits_waiting', text: WAITING, values: [dealerId, members] });
  const shared = new Map<string, { free: number }>();
  return new Map(some.map(({ partId, own }) => {
    const chain = chains.get(partId) ?? new Set([partId]);
    const sumOf = (rows: readonly Pieces[]): number => rows.filter((row) => chain.has(row.partId)).reduce((sum, row) => sum + row.pieces, 0);
    const key = [...chain].sort().join();
    const free = shared.get(key) ?? { free: sumOf(kept) - sumOf(waiting) };
    shared.set(key, free);
    return [partId, { own, chain: free }];
  }));
}
