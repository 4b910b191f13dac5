import { Refusal } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { InvoiceBatchRowEntity } from './invoice-batch.entity.js';

type Outcome = Pick<InvoiceBatchRowEntity, 'outcome'> & Partial<Pick<InvoiceBatchRowEntity, 'invoiceNumber' | 'invoiceDate' | 'note'>>;

const WAITS_IN = `
  select b.id, b.number from invoice_batch_row r join invoice_batch b on b.id = r.batch_id where r.document_id = $1 and r.outcome = 'waiting' limit 1`;

const LEAVE = `
  update invoice_batch_row set outcome = $2, invoice_number = $3, invoice_date = nullif($4, '')::date, note = $5
   where document_id = $1 and batch_id = $6 and outcome = 'waiting'`;
const CLOSE = `
  update invoice_batch b set state = 'closed', version = version + 1
   where id = $1 and state = 'open' and not exists (select from invoice_batch_row r where r.batch_id = b.id and r.outcome = 'waiting') returning id`;

/** The batch that a document waits in. */
export interface WaitedIn {
  id: string;
  number: string;
}

/** B-3: the open batch in which a document waits for its result. */
export async function waitsIn(tx: Pick<Tx, 'em'>, documentId: string): Promise<WaitedIn | undefined> {
  const [batch] = await tx.em.query<WaitedIn[]>(WAITS_IN, [documentId]);
  return batch;
}

/** B-3: what waits in a batch is not given up: the tax platform may issue it yet. Refuses IN_BATCH. */
export function assertInNoBatch(batch: WaitedIn | undefined): void {
  if (batch) throw new Refusal('failed_precondition', 'IN_BATCH', 'The document waits in an open batch. Close the batch or read its result first.', { number: batch.number });
}

/**
 * B-3: a document has its result, however that came: it waits in its batch no longer. A batch in which none waits is closed.
 * What is given up (closed) must not wait. The caller holds the document's row and waits for no dealer's money any more. Refuses IN_BATCH.
 */
export async function leaveBatch(tx: Tx, documentId: string, { outcome, invoiceNumber = '', invoiceDate = null, note = '' }: Outcome): Promise<void> {
  const batch = await waitsIn(tx, documentId);
  if (!batch) return;
  if (outcome === 'closed') assertInNoBatch(batch);
  // The batch first, as who closes it by hand; of the last two documents at once the second then sees that none waits.
  await tx.em.query('select from invoice_batch where id = $1 for update', [batch.id]);
  await tx.em.query(LEAVE, [documentId, outcome, invoiceNumber, invoiceDate ?? '', note, batch.id]);
  const [closed] = await tx.em.query<[{ id: string }[], number]>(CLOSE, [batch.id]);
  for (const { id } of closed) await tx.audit({ action: 'close', kind: 'invoice_batch', id, changed: { state: { before: 'open', after: 'closed' } } });
}
