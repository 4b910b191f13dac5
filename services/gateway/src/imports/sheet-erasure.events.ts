import { Injectable } from '@nestjs/common';
import { CustomerAnonymisedSchema, type CustomerAnonymised } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { sheetForms } from './import-forms.js';

/** Imports whose sheets name customers. */
const KINDS = sheetForms.filter(({ service, isPersonal }) => service === 'customers' && isPersonal).map(({ kind }) => kind);

/**
 * C-5: nobody reads a sheet any more in which an anonymised person may stand: of the sheets that were read, those of his dealer, of the
 * dealers whose customers went over to it (D-1) and of the manufacturer go with him, their content with the next sweep of the attachments.
 * Where he was erased before, those of then.
 */
@Injectable()
export class SheetErasure {
  @OnEvent(CustomerAnonymisedSchema)
  async customerAnonymised(event: CustomerAnonymised, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const gone = await tx.sql<{ id: string; dealerId: string | null }>({
      name: 'import_file_erase',
      text: `delete from import_file where kind = any($1::text[]) and started and (dealer_id is null or dealer_id::text = any($2::text[])) and taken_at <= $3::timestamptz
             returning job_id as id, dealer_id as "dealerId"`,
      values: [KINDS, [event.dealerId, ...event.earlierDealerIds], event.writtenUntil || 'infinity'],
    });
    for (const { id, dealerId } of gone) await tx.audit({ action: 'anonymise', kind: 'import', id, dealerId, changed: {} });
  }
}
