import { Injectable } from '@nestjs/common';
import { CallAnonymisedSchema, CustomerAnonymisedSchema, CustomerChangedSchema, type CallAnonymised, type CustomerAnonymised, type CustomerChanged } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { keepErased } from './erased.js';
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
    await keepErased(txOf(em), customerId);
    await erase(em, { customerId });
  }

  /** C-5: a receipt on a call without a file goes with the call's contact. */
  @OnEvent(CallAnonymisedSchema)
  async callAnonymised({ callId }: CallAnonymised, em: EntityManager): Promise<void> {
    await keepErased(txOf(em), callId);
    await erase(em, { callId });
  }
}

async function erase(em: EntityManager, of: { customerId: string } | { callId: string }): Promise<void> {
  const gone = (text: string): string => (text === '' ? '' : ERASED);
  for (const { id, note, voidReason, lines } of await em.findBy(CustomerReceiptRow, of)) {
    const words = { payerName: ERASED, note: gone(note), voidReason: gone(voidReason), lines: lines.map((line) => ({ ...line, description: ERASED })) };
    await em.update(CustomerReceiptRow, { id }, words);
    await txOf(em).sql({ name: 'erase_receipt_audit', text: 'select erase_audit_personal($1)', values: [id] });
  }
}
