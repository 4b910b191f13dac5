import { Refusal } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { InvoiceBatchRowEntity } from './invoice-batch.entity.js';

type Outcome = Pick<InvoiceBatchRowEntity, 'outcome'> & Partial<Pick<InvoiceBatchRowEntity, 'invoiceNumber' | 'invoiceDate' | 'note'>>;

const WAITS_IN = `
  select b.number from invoice_batch_row r join invoice_batch b on b.id = r.batch_id where r.document_id = $1 and r.outcome = 'waiting' limit 1`;

const LEAVE = `
  update invoice_batch_row set outcome = $2, invoice_number = $3, invoice_date = nullif($4, '')::date, note = $5
   where document_id = $1 and outcome = 'waiting' returning batch_id as "batchId"`;
const CLOSE = `
  update invoice_batch b set state = 'closed', version = version + 1
   where id = $1 and state = 'open' and not exists (select from invoice_batch_row r where r.batch_id = b.id and r.outcome = 'waiting') returning id`;

/**
 * B-3: a document has its result, however that came: it waits in its batch no longer. A batch in which none waits is closed.
 * What is given up (closed) must not wait: the tax platform may issue it yet. The caller holds the document's row. Refuses IN_BATCH.
 */
export async function leaveBatch(tx: Tx, documentId: string, { outcome, invoiceNumber = '', invoiceDate = null, note = '' }: Outcome): Promise<void> {
  if (outcome === 'closed') return assertInNoBatch(tx, documentId);
  const [rows] = await tx.em.query<[{ batchId: string }[], number]>(LEAVE, [documentId, outcome, invoiceNumber, invoiceDate ?? '', note]);
  if (rows.length === 0) return;
  const [closed] = await tx.em.query<[{ id: string }[], number]>(CLOSE, [rows[0].batchId]);
  for (const { id } of closed) await tx.audit({ action: 'close', kind: 'invoice_batch', id, changed: { state: { before: 'open', after: 'closed' } } });
}

async function assertInNoBatch(tx: Tx, documentId: string): Promise<void> {
  const [batch] = await tx.em.query<{ number: string }[]>(WAITS_IN, [documentId]);
  if (!batch) return;
  throw new Refusal('failed_precondition', 'IN_BATCH', 'The document waits in an open batch. Close the batch or read its result first.', { number: batch.number });
}
