import { Injectable } from '@nestjs/common';
import { ChargeSlipPaidSchema, InvoiceWishChangedSchema, type ChargeSlipPaid, type InvoiceWishChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { keepPaidSince } from '../picking/paid-since.js';

// Picking orders before slips, as whoever changes a line of both takes them.
const HOLD = `
  select id from picking_order where request_id = (select request_id from charge_slip where id = $1) order by id for update`;

const PAID = `
  with told as (
    update charge_slip set paid = $2, paid_at = case when not $2 then null when paid then paid_at else $4::timestamptz end, paid_version = $3
     where id = $1 and paid_version < $3 returning request_id)
  select request_id as "requestId" from told where request_id is not null`;

const WISHED = 'update charge_slip set invoice_wish = $2, wish_version = $3 where id = $1 and wish_version < $3';

/** What invoicing tells of the money side of a slip. */
@Injectable()
export class ChargeSlipEvents {
  /** F-5, P-9, P-11: keeps whether the slip is paid, and since when; an older version that arrives late changes nothing. */
  @OnEvent(ChargeSlipPaidSchema)
  async paid(event: ChargeSlipPaid, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    await tx.sql({ name: 'charge_slip_paid_hold', text: HOLD, values: [event.slipId] });
    const rows = await tx.sql<{ requestId: string }>({ name: 'charge_slip_paid', text: PAID, values: [event.slipId, event.paid, event.version, await tx.now()] });
    await keepPaidSince(tx, rows.map(({ requestId }) => requestId));
  }

  /** F-4: keeps the present wish, so that slip, register and paper say it; an older version that arrives late changes nothing. */
  @OnEvent(InvoiceWishChangedSchema)
  async wished({ slipId, invoiceWish, version }: InvoiceWishChanged, em: EntityManager): Promise<void> {
    await txOf(em).sql({ name: 'charge_slip_wished', text: WISHED, values: [slipId, invoiceWish, version] });
  }
}
