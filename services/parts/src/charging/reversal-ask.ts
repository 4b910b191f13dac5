import { ReceivableService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { ServiceError, type Bus, type CallContext } from '@aftercare/messaging';
import type { Database, Tx } from '@aftercare/service';
import type { Slip } from './charge-slip.entity.js';
import type { Reversed } from './charge-slip.rules.js';

type Lines = { lineId: string; quantity: number }[];

/** Real time after which nobody is about to post what was asked for. */
const UNUSED_AFTER = '10 minutes';

const OPEN = `select id, lines from reversal_ask where slip_id = $1 and state = 'asked' for update`;
const AGAIN = 'update reversal_ask set asked_at = now() where id = $1';
const WITHDRAW = `update reversal_ask set state = 'withdrawn' where id = $1`;
const KEEP = `insert into reversal_ask (id, dealer_id, slip_id, lines, state, asked_at) values ($1, $2, $3, $4::jsonb, 'asked', now())`;
const USE = `delete from reversal_ask where id = $1 and state = 'asked' returning id`;
const WITHDRAW_UNUSED = `update reversal_ask set state = 'withdrawn' where state = 'asked' and asked_at < now() - $1::interval`;
const WITHDRAWN = `select id, slip_id as "slipId" from reversal_ask where state = 'withdrawn' and ($1::uuid is null or slip_id = $1) order by asked_at, id`;
const FORGET = `delete from reversal_ask where id = $1 and state = 'withdrawn'`;

const linesOf = (plan: readonly Reversed[]): Lines => plan.map(({ lineId, quantity }) => ({ lineId, quantity }));
const text = (lines: Lines): string => lines.map(({ lineId, quantity }) => `${lineId} ${quantity}`).sort().join();

/**
 * F-5: keeps that invoicing is about to be asked for these lines, and answers the id of the intended reversing slip: the
 * same lines asked again answer the same id and so find their release; for other lines the earlier one is withdrawn and
 * never posted. The caller has locked the slip and made every check that can refuse the reversal.
 */
export async function keepAsk(tx: Tx, { id: slipId, dealerId }: Pick<Slip, 'id' | 'dealerId'>, plan: readonly Reversed[]): Promise<string> {
  const lines = linesOf(plan);
  const [earlier] = await tx.sql<{ id: string; lines: Lines }>({ name: 'reversal_ask_open', text: OPEN, values: [slipId] });
  if (earlier && text(earlier.lines) === text(lines)) {
    await tx.sql({ name: 'reversal_ask_again', text: AGAIN, values: [earlier.id] });
    return earlier.id;
  }
  if (earlier) await tx.sql({ name: 'reversal_ask_withdraw', text: WITHDRAW, values: [earlier.id] });
  const id = newId();
  await tx.sql({ name: 'reversal_ask_keep', text: KEEP, values: [id, dealerId, slipId, JSON.stringify(lines)] });
  return id;
}

/** F-5: the reversal is posted now. Refuses STALE_VERSION for one that was withdrawn since. */
export async function useAsk(tx: Tx, id: string): Promise<void> {
  const used = await tx.sql({ name: 'reversal_ask_use', text: USE, values: [id] });
  if (used.length === 0) throw new ServiceError('aborted', 'STALE_VERSION', 'Another reversal of the slip was asked for in between; read it again.');
}

/** F-5: withdraws what was asked for long ago and was not posted. */
export async function withdrawUnused(tx: Tx): Promise<void> {
  await tx.sql({ name: 'reversal_ask_unused', text: WITHDRAW_UNUSED, values: [UNUSED_AFTER] });
}

/** Withdrawn reversals whose release was not given back yet, of one slip or of all. */
export function withdrawnAsks(db: Database, ctx: CallContext, slipId: string | null): Promise<{ id: string; slipId: string }[]> {
  return db.many<{ id: string; slipId: string }>(ctx, { name: 'reversal_ask_withdrawn', text: WITHDRAWN, values: [slipId] });
}

/** F-5: gives a withdrawn reversal's release back: one for no lines. Repeating it changes nothing. */
export async function giveBack({ db, bus }: { db: Database; bus: Bus }, ctx: CallContext, { id, slipId }: { id: string; slipId: string }): Promise<void> {
  await bus.client(ReceivableService).releaseSlip({ slipId, reversalId: id, lines: [] }, { ctx });
  await db.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
    await tx.sql({ name: 'reversal_ask_forget', text: FORGET, values: [id] });
    return {};
  });
}
