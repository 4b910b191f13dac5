import { isId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { expectVersion, seen, type Tx } from '@aftercare/service';
import { Obligation } from '../obligations/obligation.entity.js';
import { lockHoldings, type LockedObligation } from '../obligations/settle.js';

const LOCK = `
  select o.id, o.dealer_id as "dealerId", o.part_id as "partId", o.unit_serial as "unitSerial", o.due_on as "dueOn",
         o.outstanding_quantity as outstanding, o.version
    from obligation o where o.id = $1 for update of o`;

/** One obligation in its dealer's turn, locked, at the version its author saw; a foreign one is a missing one. Errors: STALE_VERSION. */
export async function lockObligation(tx: Tx, request: { id: string; version: number }): Promise<LockedObligation> {
  if (!isId(request.id)) throw notFound('obligation');
  const { dealerId } = seen(tx.ctx, await tx.em.findOneBy(Obligation, { id: request.id }), 'obligation');
  await lockHoldings(tx, dealerId);
  const [{ version, ...obligation }] = await tx.sql<LockedObligation & { version: number }>({ name: 'lock_obligation', text: LOCK, values: [request.id] });
  expectVersion({ version }, request.version, { outstanding: obligation.outstanding });
  return obligation;
}

/** What a step answers: the row's own trigger made the next version. */
export async function obligationRef(tx: Tx, id: string): Promise<{ id: string; number: string; state: string; version: number }> {
  const [row] = await tx.sql<{ version: number; outstanding: number }>({
    name: 'obligation_ref', text: 'select version, outstanding_quantity as outstanding from obligation where id = $1', values: [id],
  });
  return { id, number: '', state: row.outstanding > 0 ? 'open' : 'ended', version: row.version };
}
