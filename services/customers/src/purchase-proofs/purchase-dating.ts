import { PurchaseDateProvedSchema } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { TermsLookup } from '../models/model.queries.js';
import { UnitEntity } from '../units/unit.entity.js';
import { flowed } from '../units/unit.flow.js';
import { tellOwners } from '../units/unit-owners.js';
import type { PurchaseProofEntity } from './purchase-proof.entity.js';
import { standingOf, type ProvedUnit } from './purchase-proof.rules.js';

/** W-4: what a day of purchase must agree with, of a locked unit. */
export async function provedUnit(tx: Tx, unit: UnitEntity): Promise<ProvedUnit> {
  const [{ firstTransferOn }] = await tx.sql<{ firstTransferOn: string | null }>({
    name: 'first_transfer', text: 'select min(transferred_on)::text as "firstTransferOn" from unit_transfer where unit_id = $1', values: [unit.id],
  });
  return { dispatchedOn: unit.dispatchedOn, purchaseDate: unit.purchaseDate, acceptedOn: unit.acceptedOn, firstTransferOn };
}

/** The unit's warranty today and with another day of purchase; the terms are those of each day (W-8). */
export function standings(unit: Omit<UnitDated, 'id'>, purchaseDate: string, known: { terms: TermsLookup; today: string }) {
  const on = (day: string | null) => standingOf(known.today, { ...unit, purchaseDate: day }, known.terms.of(unit.modelId, day ?? known.today));
  return { before: on(unit.purchaseDate), after: on(purchaseDate) };
}

type UnitDated = Pick<UnitEntity, 'id' | 'modelId' | 'purchaseDate' | 'acceptedOn' | 'extendedUntil'>;

/** W-4, W-8: an accepted proof dates the unit; the days from sale to installation follow, verdicts stored before do not. */
export async function dateUnit(tx: Tx, unit: UnitEntity, proof: PurchaseProofEntity, terms: TermsLookup): Promise<void> {
  const { before, after } = standings(unit, proof.purchaseDate, { terms, today: businessDate(await tx.now()) });
  Object.assign(proof, { standingBefore: before, standingAfter: after });
  Object.assign(unit, { purchaseDate: proof.purchaseDate, version: unit.version + 1 });
  await tx.em.save(UnitEntity, unit);
  await tx.sql({
    name: 'purchase_dated', text: 'update installation set days_from_sale = completed_on - $2::date where unit_id = $1 and completed_on is not null',
    values: [unit.id, proof.purchaseDate],
  });
  await flowed(tx, unit, { kind: 'purchase_dated', dealerId: proof.dealerId, on: proof.purchaseDate, documentId: proof.id });
  await tx.audit({
    action: 'date-purchase', kind: 'product_unit', id: unit.id, dealerId: proof.dealerId,
    changed: { purchaseDate: { before: before.purchaseDate || null, after: unit.purchaseDate }, proofId: { after: proof.id } },
  });
  await tx.announce(PurchaseDateProvedSchema, {
    unitId: unit.id, dealerId: proof.dealerId, purchaseDate: proof.purchaseDate, previousDate: before.purchaseDate, version: unit.version,
  });
  await tellOwners(tx, unit);
}
