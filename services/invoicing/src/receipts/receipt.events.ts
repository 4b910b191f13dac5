import { Injectable } from '@nestjs/common';
import { CustomerAnonymisedSchema, CustomerChangedSchema, type CustomerAnonymised, type CustomerChanged } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { CustomerReceiptRow } from './receipt.entity.js';

const ERASED = '***';

/** What happens to the file of a customer who has receipts. */
@Injectable()
export class ReceiptCustomerEvents {
  /** C-1: receipts of a file that was merged are those of the file in use. */
  @OnEvent(CustomerChangedSchema)
  async changed({ customerId, mergedInto }: CustomerChanged, em: EntityManager): Promise<void> {
    if (isId(mergedInto)) await em.update(CustomerReceiptRow, { customerId }, { customerId: mergedInto });
  }

  /** C-5: who paid goes with the customer, and what was written beside it; amounts and dates stay. */
  @OnEvent(CustomerAnonymisedSchema)
  async anonymised({ customerId }: CustomerAnonymised, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const receipts = await em.findBy(CustomerReceiptRow, { customerId });
    for (const { id, note, voidReason } of receipts) {
      await em.update(CustomerReceiptRow, { id }, { payerName: ERASED, note: note === '' ? '' : ERASED, voidReason: voidReason === '' ? '' : ERASED });
      await tx.sql({ name: 'erase_receipt_audit', text: 'select erase_audit_personal($1)', values: [id] });
    }
  }
}
