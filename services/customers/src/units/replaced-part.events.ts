import { Injectable } from '@nestjs/common';
import { RecordConfirmedSchema, type ConfirmedRecord, type RecordConfirmed } from '@aftercare/contracts';
import { isId, newId } from '@aftercare/domain';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';

/**
 * W-9: what a confirmed repair put into a unit; from the day its record was first confirmed the part's own term runs. A call that is
 * confirmed again or corrected tells all its records once more, and what it told before is replaced; an older version changes nothing.
 */
@Injectable()
export class ReplacedPartEvents {
  @OnEvent(RecordConfirmedSchema)
  async recordConfirmed(event: RecordConfirmed, em: EntityManager, meta: EventMeta): Promise<void> {
    const newest = await em.query<object[]>(KEEP_VERSION, [event.callId, event.version]);
    if (newest.length === 0) return;
    const records = recordsOf(event);
    await em.query(TAKE_OUT, [records.map(({ recordId }) => recordId)]);
    if (!isId(event.unitId)) return;
    const [unit] = await em.query<object[]>('select from product_unit where id = $1', [event.unitId]);
    if (!unit) return;
    for (const { recordId, confirmedOn, partsUsed } of records) {
      const parts = partsUsed.filter(({ partId, quantity }) => isId(partId) && quantity > 0);
      if (parts.length === 0) continue;
      await em.query(PUT_IN, [event.unitId, recordId, confirmedOn, parts.map(({ partId }) => partId), parts.map(({ quantity }) => quantity)]);
      await em.query(
        `insert into unit_event (id, unit_id, dealer_id, kind, at, fact_on, document_id, note) values ($1, $2, $3, 'part_replaced', $4, $5, $6, $7)`,
        [newId(), event.unitId, event.dealerId, meta.occurredAt, confirmedOn, recordId, `${parts.length} parts`],
      );
    }
  }
}

/** What was told before it named its records is one. */
function recordsOf({ records, recordId, confirmedOn, partsUsed }: RecordConfirmed): Pick<ConfirmedRecord, 'recordId' | 'confirmedOn' | 'partsUsed'>[] {
  return records.length > 0 ? records : [{ recordId, confirmedOn, partsUsed }];
}

/** One telling of a call after the other; the same one may come again. */
const KEEP_VERSION = `
  insert into repair_told as t (call_id, version) values ($1, $2)
  on conflict (call_id) do update set version = excluded.version where t.version <= excluded.version returning call_id`;

/** Written as a query, so that both go together. */
const TAKE_OUT = `
  with gone as (delete from replaced_part where record_id = any($1::uuid[]) returning unit_id),
  untold as (delete from unit_event where kind = 'part_replaced' and unit_id in (select unit_id from gone) and document_id = any($1::text[]) returning id)
  select (select count(*) from gone) as gone, (select count(*) from untold) as untold`;

const PUT_IN = `
  insert into replaced_part (unit_id, part_id, record_id, replaced_on, quantity)
  select $1, part_id, $2, $3, sum(quantity) from unnest($4::uuid[], $5::int[]) p(part_id, quantity) group by part_id
  on conflict do nothing`;
