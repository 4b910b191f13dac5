import { Injectable } from '@nestjs/common';
import { CustomerChangedSchema, NoticeRequestedSchema } from '@aftercare/contracts';
import { businessDate, successorOf, type KnownStanding } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { FLOWED, MOVES, REMEMBERED, TAKE_FILES } from './handover.queries.js';

/** Due as soon as a dealer is followed by another; its ref is the dealer that left. */
export const HANDOVER_DEADLINE = 'customer-handover';

/** Files that go over in one transaction, those that hang on them aside. */
const FILES_AT_ONCE = 100;

/** A dealer that left and the one that serves its customers now. */
interface Handover {
  from: string;
  to: string;
}

interface MovedFile {
  id: string;
  number: string;
  mergedInto: string | null;
  version: number;
}

/** D-1: the customers of a terminated dealer go to its successor, some files in each transaction until none is left. */
@Injectable()
export class HandoverJob {
  @OnDeadline(HANDOVER_DEADLINE)
  async handOver(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const from = deadline.ref;
    // Held to the commit, so that a further end told meanwhile comes after it and takes these files along.
    const known = await tx.sql<KnownStanding>({
      name: 'handover_dealers', text: `select id, status, successor_id as "successorId" from known_dealer where status = 'terminated' order by id for share`, values: [],
    });
    const to = successorOf(from, known);
    if (to === null) return;
    const moved = await moveSome(tx, { from, to });
    const before = (deadline.payload as { moved?: number }).moved ?? 0;
    if (moved > 0) await tx.deadline({ kind: HANDOVER_DEADLINE, ref: from, dueAt: await tx.now(), payload: { moved: before + moved } });
    else if (before > 0) await tell(tx, { from, to }, before);
  }
}

/** Moves the next files with all that hangs on them; answers how many files in use there were among them. */
async function moveSome(tx: Tx, { from, to }: Handover): Promise<number> {
  // The keys between the tables hold again at the commit.
  await tx.sql({ name: 'handover_defer', text: 'set constraints all deferred', values: [] });
  const files = await tx.sql<MovedFile>({ name: 'handover_take', text: TAKE_FILES, values: [from, FILES_AT_ONCE] });
  if (files.length === 0) return 0;
  const ids = files.map(({ id }) => id);
  for (const { name, text } of MOVES) await tx.sql({ name: `handover_move_${name}`, text, values: [ids, to] });
  const now = await tx.now();
  await tx.sql({ name: 'handover_flow', text: FLOWED, values: [ids, from, to, now, businessDate(now)] });
  await tx.sql({ name: 'handover_remember', text: REMEMBERED, values: [ids, now] });
  for (const file of files) await announce(tx, file, { from, to });
  return files.filter(({ mergedInto }) => mergedInto === null).length;
}

async function announce(tx: Tx, file: MovedFile, { from, to }: Handover): Promise<void> {
  await tx.audit({ action: 'hand-over', kind: 'customer', id: file.id, dealerId: to, changed: { dealerId: { before: from, after: to } } });
  await tx.announce(CustomerChangedSchema, {
    customerId: file.id, dealerId: to, fields: ['dealerId'], version: file.version + 1, mergedInto: file.mergedInto ?? '',
  });
}

/** Once everything went over, the successor's manager and the clerk are told how much it is. */
async function tell(tx: Tx, { from, to }: Handover, customers: number): Promise<void> {
  const [left] = await tx.sql<{ code: string }>({ name: 'handover_code', text: 'select code from known_dealer where id = $1', values: [from] });
  const recipients = [{ recipientRole: 'dealer_manager', recipientDealerId: to }, { recipientRole: 'service_clerk' }];
  for (const recipient of recipients) {
    await tx.announce(NoticeRequestedSchema, {
      ...recipient, kind: 'dealer.customers_taken_over', documentKind: 'dealer', documentId: to, documentNumber: left.code, severity: 'info',
      params: JSON.stringify({ customers }),
    });
  }
}
