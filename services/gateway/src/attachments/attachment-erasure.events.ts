import { Injectable } from '@nestjs/common';
import { CallAnonymisedSchema, CustomerAnonymisedSchema, type CallAnonymised, type CustomerAnonymised } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { plainFileName } from './attachment.rules.js';

/**
 * C-5: photos and papers of an anonymised person go: the row at once, so that nobody reads it, its content with the next
 * sweep unless another upload has the same. What stays as evidence of a defect loses the name somebody gave it.
 */
@Injectable()
export class AttachmentErasure {
  @OnEvent(CustomerAnonymisedSchema)
  async customerAnonymised(event: CustomerAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), event);
  }

  @OnEvent(CallAnonymisedSchema)
  async callAnonymised(event: CallAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), event);
  }
}

interface Row {
  id: string;
  dealerId: string | null;
  fileName: string;
}

async function erase(tx: Tx, { attachmentIds, evidenceIds }: { attachmentIds: string[]; evidenceIds: string[] }): Promise<void> {
  const gone = await tx.sql<Row>({
    name: 'attachment_erase', text: 'delete from attachment where id = any($1::uuid[]) returning id, dealer_id as "dealerId"', values: [attachmentIds.filter(isId)],
  });
  for (const { id, dealerId } of gone) await tx.audit({ action: 'anonymise', kind: 'attachment', id, dealerId, changed: {} });
  const kept = await tx.sql<Row>({
    name: 'attachment_evidence', text: 'select id, dealer_id as "dealerId", file_name as "fileName" from attachment where id = any($1::uuid[]) for update',
    values: [evidenceIds.filter(isId)],
  });
  for (const { id, dealerId, fileName } of kept.filter((each) => each.fileName !== plainFileName(each.fileName))) {
    await tx.sql({ name: 'attachment_rename', text: 'update attachment set file_name = $2 where id = $1', values: [id, plainFileName(fileName)] });
    await tx.audit({ action: 'anonymise', kind: 'attachment', id, dealerId, changed: { fields: { after: ['fileName'] } } });
  }
}
