import { Injectable } from '@nestjs/common';
import { RecordConfirmedSchema, type RecordConfirmed } from '@aftercare/contracts';
import { isId, newId } from '@aftercare/domain';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';

/** W-9: what a confirmed repair put into a unit; from that day the part's own term runs. */
@Injectable()
export class ReplacedPartEvents {
  @OnEvent(RecordConfirmedSchema)
  async recordConfirmed(event: RecordConfirmed, em: EntityManager, meta: EventMeta): Promise<void> {
    const parts = event.partsUsed.filter(({ partId, quantity }) => isId(partId) && quantity > 0);
    if (!isId(event.unitId) || parts.length === 0) return;
    const [unit] = await em.query<object[]>('select from product_unit where id = $1', [event.unitId]);
    if (!unit) return;
    await em.query(
      `insert into replaced_part (unit_id, part_id, record_id, replaced_on, quantity)
       select $1, part_id, $2, $3, sum(quantity) from unnest($4::uuid[], $5::int[]) p(part_id, quantity) group by part_id
       on conflict do nothing`,
      [event.unitId, event.recordId, event.confirmedOn, parts.map(({ partId }) => partId), parts.map(({ quantity }) => quantity)],
    );
    await em.query(
      `insert into unit_event (id, unit_id, dealer_id, kind, at, fact_on, document_id, note) values ($1, $2, $3, 'part_replaced', $4, $5, $6, $7)`,
      [newId(), event.unitId, event.dealerId, meta.occurredAt, event.confirmedOn, event.recordId, `${parts.length} parts`],
    );
  }
}
