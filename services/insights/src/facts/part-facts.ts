import type { ObligationDueSchema, ObligationOpenedSchema, ObligationSettledSchema, PartCataloguedSchema, RecordConfirmedSchema } from '@aftercare/contracts';
import { businessDate, endedPieces, isId } from '@aftercare/domain';
import { lineOpened, lineSettled } from '../tie-out/tie-line.rules.js';
import { keepLines } from '../tie-out/tie-store.js';
import type { Keep, Place } from './fact.js';
import { keepPartsUsed } from './part-uses.js';

/** D-4: parts replaced, when the customer confirmed. Of a reopened call the last confirmation names all its parts and counts. */
export const recordConfirmed: Keep<typeof RecordConfirmedSchema> = async (place, event) => {
  const { callId, dealerId, confirmedAt, confirmedOn } = event;
  if (!isId(dealerId)) return;
  const newest = await place.tx.sql({ name: 'record_fact_keep', text: KEEP_RECORD, values: [place.generation, callId, dealerId, confirmedAt] });
  if (newest.length === 0) return;
  const used = event.partsUsed.filter(({ partId, quantity }) => isId(partId) && quantity > 0);
  await keepPartsUsed(place, { callId, dealerId, confirmedOn, used });
};

/** D-4, H-1: pieces that must come back. */
export const obligationOpened: Keep<typeof ObligationOpenedSchema> = async (place, event, told) => {
  const { obligationId, dealerId, partId, quantity } = event;
  await place.tx.sql({ name: 'obligation_opened', text: OPEN, values: [place.generation, obligationId, dealerId, partId, quantity, businessDate(told.occurredAt)] });
  await closeWhenSettled(place, obligationId);
  await keepLines(place, [lineOpened(event, told.occurredAt)]);
};

/** D-4, H-1: the day they are due, which may be told first. */
export const obligationDue: Keep<typeof ObligationDueSchema> = async ({ tx, generation }, event) => {
  await tx.sql({ name: 'obligation_due', text: DUE, values: [generation, event.obligationId, event.dealerId, event.dueOn] });
};

/** D-4, H-1: pieces of an obligation ended; what is reversed brings them back. */
export const obligationSettled: Keep<typeof ObligationSettledSchema> = async (place, event, told) => {
  const { tx, generation } = place;
  const { settlementId, obligationId, dealerId, kind, quantity } = event;
  const pieces = endedPieces(kind, quantity);
  await tx.sql({ name: 'obligation_make', text: MAKE, values: [generation, obligationId, dealerId] });
  await tx.sql({ name: 'obligation_lock', text: LOCK, values: [generation, obligationId] });
  await tx.sql({ name: 'settlement_keep', text: SETTLE, values: [generation, settlementId, obligationId, dealerId, pieces, businessDate(told.occurredAt)] });
  await closeWhenSettled(place, obligationId);
  await keepLines(place, [lineSettled(event, told.occurredAt)]);
};

/** The name of a part; the newest version counts. */
export const partCatalogued: Keep<typeof PartCataloguedSchema> = async ({ tx, generation }, event) => {
  const { partId, number, name, nameEn, version } = event;
  await tx.sql({ name: 'part_keep', text: KEEP_PART, values: [generation, partId, number, name, nameEn, version] });
};

/** Keeps how many pieces ended and the day of the last one, so that what is outstanding is found without looking at all that ever was. */
async function closeWhenSettled({ tx, generation }: Place, obligationId: string): Promise<void> {
  await tx.sql({ name: 'obligation_close', text: CLOSE, values: [generation, obligationId] });
}

const KEEP_RECORD = `
  insert into record_fact as r (generation, call_id, dealer_id, confirmed_at) values ($1, $2, $3, $4)
  on conflict (generation, call_id) do update set dealer_id = excluded.dealer_id, confirmed_at = excluded.confirmed_at
    where r.confirmed_at < excluded.confirmed_at
  returning call_id`;

const OPEN = `
  insert into obligation_fact as o (generation, obligation_id, dealer_id, part_id, quantity, opened_on) values ($1, $2, $3, $4, $5, $6)
  on conflict (generation, obligation_id) do update set part_id = excluded.part_id, quantity = excluded.quantity,
    opened_on = coalesce(o.opened_on, excluded.opened_on)`;

const MAKE = `
  insert into obligation_fact (generation, obligation_id, dealer_id, quantity) values ($1, $2, $3, 0) on conflict do nothing`;

const LOCK = 'select obligation_id from obligation_fact where generation = $1 and obligation_id = $2 for update';

const DUE = `
  insert into obligation_fact as o (generation, obligation_id, dealer_id, quantity, due_on) values ($1, $2, $3, 0, $4)
  on conflict (generation, obligation_id) do update set due_on = greatest(o.due_on, excluded.due_on)`;

const SETTLE = `
  insert into settlement_fact (generation, settlement_id, obligation_id, dealer_id, pieces, settled_on) values ($1, $2, $3, $4, $5, $6)
  on conflict do nothing`;

const CLOSE = `
  update obligation_fact o set settled = s.pieces, closed_on = case when o.opened_on is not null and s.pieces >= o.quantity then s.last end
  from (select coalesce(sum(pieces), 0)::int as pieces, max(settled_on) as last from settlement_fact where generation = $1 and obligation_id = $2) s
  where o.generation = $1 and o.obligation_id = $2`;

const KEEP_PART = `
  insert into part_fact as p (generation, part_id, number, name, name_en, version) values ($1, $2, $3, $4, $5, $6)
  on conflict (generation, part_id) do update set number = excluded.number, name = excluded.name, name_en = excluded.name_en, version = excluded.version
    where p.version < excluded.version`;
