import { endOfDay, startOfDay } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import { invoiceable } from '../receivables/receivable.rules.js';
import { ReceivableRow } from '../receivables/receivable.entity.js';
import { linesOf, type LineOnInvoice } from '../receivables/receivable.store.js';
import type { SlipToInvoice } from '../invoices/invoice.rules.js';
import type { StubLine, StubPeriod } from './consolidation.rules.js';

/** Which slips a run takes. */
export interface StubsAsked extends StubPeriod {
  includeNow: boolean;
}

const DEALERS = `
  select distinct r.dealer_id as "dealerId", d.code as "dealerCode" from receivable r join dealer_account d on d.dealer_id = r.dealer_id
   where r.stub_net > 0 and (r.invoice_wish = 'later' or ($4 and r.invoice_wish = 'now')) and r.confirmed_at >= $1 and r.confirmed_at < $2
     and ($3 = '' or r.dealer_id = nullif($3, '')::uuid) order by d.code, r.dealer_id`;

/** The dealers that have something to be invoiced in the period. */
export function dealersWithStubs(tx: Pick<Tx, 'em'>, asked: StubsAsked & { dealerId: string }): Promise<{ dealerId: string; dealerCode: string }[]> {
  return tx.em.query(DEALERS, [startOfDay(asked.from), endOfDay(asked.to), asked.dealerId, asked.includeNow]);
}

/** A dealer's slips of the period with what of their lines is still to be invoiced, oldest first. */
export async function stubsOf(tx: Pick<Tx, 'em'>, dealerId: string, asked: StubsAsked): Promise<{ slips: SlipToInvoice[]; lines: StubLine[] }> {
  const wishes = asked.includeNow ? ['later', 'now'] : ['later'];
  const receivables = await tx.em.createQueryBuilder(ReceivableRow, 'receivable')
    .where('receivable.dealer_id = :dealerId and receivable.stub_net > 0 and receivable.invoice_wish in (:...wishes)', { dealerId, wishes })
    .andWhere('receivable.confirmed_at >= :from and receivable.confirmed_at < :to', { from: startOfDay(asked.from), to: endOfDay(asked.to) })
    .orderBy('receivable.confirmed_at').addOrderBy('receivable.slip_id').getMany();
  const linesBySlip = new Map(receivables.map(({ slipId }) => [slipId, [] as LineOnInvoice[]]));
  for (const line of await linesOf(tx.em, [...linesBySlip.keys()])) linesBySlip.get(line.slipId)?.push(line);
  const slips = receivables.map(({ slipId, slipNumber, invoiceWish }) => ({ slipId, slipNumber, invoiceWish, dealerId, lines: linesBySlip.get(slipId) ?? [] }));
  const lines = [...linesBySlip.values()].flat().filter(({ invoiceId }) => invoiceId === '')
    .map((line) => ({ slipId: line.slipId, lineId: line.lineId, taxRate: line.taxRate, ...invoiceable(line) }));
  return { slips, lines: lines.filter(({ quantity }) => quantity > 0) };
}
