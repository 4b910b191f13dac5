import { Injectable } from '@nestjs/common';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { eraseTexts, tellErased, tracesOf, type ErasedFile } from './erasure.js';

/** Set by a migration for everybody who was erased before an erasure found more; its ref is the file in use. */
export const ERASURE_AGAIN_DEADLINE = 'customer-erasure-again';

/**
 * C-5: who was erased before is erased by the present rules as well, one person in each transaction. What was written since he was erased is
 * about others and stays.
 */
@Injectable()
export class ErasureAgainJob {
  @OnDeadline(ERASURE_AGAIN_DEADLINE)
  async eraseAgain(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const customerId = deadline.ref;
    const files = await tx.sql<ErasedBefore>({ name: 'erased_before', text: ERASED_BEFORE, values: [customerId] });
    if (files.length === 0) return;
    const until = files[0].anonymisedAt;
    const traces = await tracesOf(tx, { customerId, until });
    await eraseTexts(tx, { customerId, until });
    for (const file of files) {
      await tellErased(tx, file, file.id === customerId ? traces : {}, until);
      await tx.audit({ action: 'anonymise-again', kind: 'customer', id: file.id, dealerId: file.dealerId, changed: { writtenUntil: { after: until } } });
    }
  }
}

interface ErasedBefore extends ErasedFile {
  anonymisedAt: string;
}

/** The file and those erased with it, at the dealer that served them then: who took the file over since has words of others only (D-1). */
const ERASED_BEFORE = `
  select f.id, coalesce(e.dealer_id, f.dealer_id) as "dealerId", iso(c.anonymised_at) as "anonymisedAt"
  from customer c join customer f on c.id in (f.id, f.merged_into)
    left join lateral (select dealer_id from audit_entry where document_id = c.id::text and kind = 'customer' and action = 'anonymise' order by id limit 1) e on true
  where c.id = $1::uuid and c.anonymised_at is not null order by f.id for share of c`;
