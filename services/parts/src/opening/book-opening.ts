import { addDays, businessDate, endOfDay, monthOf, newId, startOfDay } from '@aftercare/domain';
import { ObligationDueSchema, ObligationOpenedSchema } from '@aftercare/contracts';
import { settingAt, type Tx } from '@aftercare/service';
import { holdingsAccount } from '../ledger/accounts.js';
import { moveStock } from '../ledger/move.js';
import { DUE_DEADLINE, OVERDUE_DEADLINE } from '../obligations/due-dates.js';
import { Obligation } from '../obligations/obligation.entity.js';
import { meetByCredit } from '../obligations/open-obligations.js';
import { creditsOf } from '../obligations/part-credit.js';
import { endPieces, lockHoldings, type LockedObligation } from '../obligations/settle.js';
import { correctStock } from '../stock/adjust.js';
import { keepCosts } from '../stock/unit-cost.js';
import { OpeningLineRow, type OpeningRow } from './opening.entity.js';
import { piecesByPart, requireUntouched } from './opening.rules.js';

const OF_DOCUMENT = `
  select o.id, o.dealer_id as "dealerId", o.part_id as "partId", o.unit_serial as "unitSerial", o.due_on as "dueOn", o.outstanding_quantity as outstanding,
         o.issued_quantity as issued
    from obligation o join opening_line line on line.id = o.opening_line_id where line.document_id = $1 order by o.id for update of o`;

/** books what a draft says; a reversal books the opposite of the document that it takes back. Errors: STOCK_SHORT, OPENING_IN_USE. */
export async function bookOpening(tx: Tx, document: OpeningRow): Promise<void> {
  if (document.warehouseId !== null) await bookStock(tx, document, document.warehouseId);
  else if (document.dealerId === null) throw new RangeError('an opening is a warehouse’s or a dealer’s');
  else if (document.reversesId === null) await openHoldings(tx, document, document.dealerId);
  else await takeBackHoldings(tx, document, document.dealerId);
}

const linesOf = (tx: Tx, documentId: string): Promise<OpeningLineRow[]> => tx.em.find(OpeningLineRow, { where: { documentId }, order: { partId: 'ASC', id: 'ASC' } });

async function bookStock(tx: Tx, document: OpeningRow, warehouseId: string): Promise<void> {
  const { id, reversesId, cutOverOn } = document;
  const lines = await linesOf(tx, reversesId ?? id);
  const changes = piecesByPart(lines).map(({ partId, quantity }) => ({ partId, quantity: reversesId === null ? quantity : -quantity }));
  await correctStock(tx, { warehouseId, other: 'adjustment', kind: 'opening', documentKind: 'opening_document', documentId: id, changes });
  if (reversesId !== null) return;
  await keepCosts(tx, lines.map(({ partId, unitCost }) => ({ partId, unitCost: unitCost ?? '0' })), { documentKind: 'opening_document', documentId: id, effectiveFrom: cutOverOn });
}

/** H-1: one obligation for each line, with origin “opening”; a surplus of the dealer meets them as it meets a new issue (H-7). */
async function openHoldings(tx: Tx, document: OpeningRow, dealerId: string): Promise<void> {
  await lockHoldings(tx, dealerId);
  const lines = await linesOf(tx, document.id);
  const days = await settingAt(tx, 'obligation.dueDays', businessDate(await tx.now()));
  const opened: Obligation[] = [];
  for (const line of lines) opened.push(await open(tx, document, { ...line, dealerId, dueOn: line.dueOn ?? addDays(document.cutOverOn, days) }));
  await move(tx, document, { lines, from: 'adjustment', to: holdingsAccount(dealerId), dealerId });
  const credits = await creditsOf(tx, dealerId, lines.map(({ partId }) => partId));
  await meetByCredit(tx, opened, { credits, documentKind: 'opening_document', documentId: document.id });
}

async function open(tx: Tx, document: OpeningRow, line: OpeningLineRow & { dealerId: string; dueOn: string }): Promise<Obligation> {
  const openedAt = await tx.now();
  const { dealerId, partId, quantity, unitSerial, dueOn } = line;
  const obligation = tx.em.create(Obligation, {
    id: newId(), dealerId, partId, origin: 'opening', openingLineId: line.id, shippingOrderId: null, shippingLineId: null, requestId: null, callId: null, unitSerial,
    issuedQuantity: quantity, outstandingQuantity: quantity, dueOn, heldSince: endOfDay(document.cutOverOn), openedAt, month: monthOf(openedAt),
  });
  await tx.em.insert(Obligation, obligation);
  const { id, month } = obligation;
  await tx.audit({ action: 'open', kind: 'obligation', id, dealerId, changed: { issued: { after: quantity }, origin: { after: 'opening' } } });
  await tx.announce(ObligationOpenedSchema, { obligationId: id, dealerId, partId, quantity, shippingOrderId: '', callId: '', month, openingDocumentId: document.id });
  await tx.announce(ObligationDueSchema, { obligationId: id, dealerId, dueOn });
  // What was overdue before the cut-over stands on the list of overdue pieces; nobody is told of each again.
  if (dueOn >= businessDate(openedAt)) {
    await tx.deadline({ kind: DUE_DEADLINE, ref: id, dueAt: startOfDay(dueOn) });
    await tx.deadline({ kind: OVERDUE_DEADLINE, ref: id, dueAt: endOfDay(dueOn) });
  }
  return obligation;
}

/** H-1a: as an agreed shortage, a reversal lowers what was issued: the pieces were never the dealer's. */
async function takeBackHoldings(tx: Tx, document: OpeningRow, dealerId: string): Promise<void> {
  await lockHoldings(tx, dealerId);
  const obligations = await tx.sql<LockedObligation & { issued: number }>({ name: 'opening_obligations', text: OF_DOCUMENT, values: [document.reversesId] });
  requireUntouched(obligations);
  for (const obligation of obligations) {
    await endPieces(tx, { obligation, kind: 'shortage', quantity: obligation.issued, documentKind: 'opening_document', documentId: document.id });
  }
  await move(tx, document, { lines: obligations.map(({ partId, issued }) => ({ partId, quantity: issued })), from: holdingsAccount(dealerId), to: 'adjustment', dealerId });
}

interface Move {
  lines: readonly { partId: string; quantity: number }[];
  from: Parameters<typeof moveStock>[1][number]['from'];
  to: Parameters<typeof moveStock>[1][number]['to'];
  dealerId: string;
}

async function move(tx: Tx, { id }: OpeningRow, { lines, from, to, dealerId }: Move): Promise<void> {
  await moveStock(tx, piecesByPart(lines).map(({ partId, quantity }) => ({ partId, quantity, from, to, kind: 'opening' as const, documentKind: 'opening_document', documentId: id, dealerId })));
}
