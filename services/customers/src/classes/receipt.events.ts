import { Injectable } from '@nestjs/common';
import { CustomerReceiptChangedSchema, type CustomerReceiptChanged } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

const KEEP = `
  insert into known_receipt as k (id, number, dealer_id, customer_id, total, given_on, state, version) values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (id) do update set state = excluded.state, version = excluded.version where k.version < excluded.version`;

/** C-7: receipts count for their customer's class; an older version that arrives late changes nothing. */
@Injectable()
export class ReceiptEvents {
  @OnEvent(CustomerReceiptChangedSchema)
  async changed({ receiptId, number, dealerId, customerId, total, givenOn, state, version }: CustomerReceiptChanged, em: EntityManager): Promise<void> {
    if (!isId(customerId)) return;
    await txOf(em).sql({ name: 'keep_receipt', text: KEEP, values: [receiptId, number, dealerId, customerId, total, givenOn, state, version] });
  }
}
