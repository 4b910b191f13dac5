import { Injectable } from '@nestjs/common';
import { CallAnonymisedSchema, CustomerAnonymisedSchema, type CallAnonymised, type CustomerAnonymised } from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

/** What stands where people wrote something. */
const ERASED = '***';

/**
 * C-5: what was written in monthly reports about an anonymised person's installations, calls and units may name him in any
 * spelling, so it goes whole; the lines, their days and numbers stay, in a submitted report too.
 */
@Injectable()
export class ReportErasure {
  @OnEvent(CustomerAnonymisedSchema)
  async customerAnonymised({ installationIds, serials, dealerId, writtenUntil }: CustomerAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), { itemIds: installationIds, serials, dealerId, lastDay: lastDayOf(writtenUntil) });
  }

  @OnEvent(CallAnonymisedSchema)
  async callAnonymised({ callId, dealerId, writtenUntil }: CallAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), { itemIds: [callId], serials: [], dealerId, lastDay: lastDayOf(writtenUntil) });
  }
}

const lastDayOf = (writtenUntil: string): string => (writtenUntil === '' ? 'infinity' : businessDate(writtenUntil));

/** What tells whose a line is: its installation or call, its serial, or no more than its dealer, which is the present one or whom it followed (D-1). */
interface Theirs {
  itemIds: string[];
  serials: string[];
  dealerId: string;
  /** Of an erasure that is told again: what happened on a later day is said of others. */
  lastDay: string;
}

/** Reports before their lines, as the commands lock them. */
async function erase(tx: Tx, { itemIds, serials, dealerId, lastDay }: Theirs): Promise<void> {
  const dealers = dealerId === '' ? [] : (await tx.sql<{ id: string }>({ name: 'report_dealers', text: DEALERS, values: [dealerId] })).map(({ id }) => id);
  const reports = await tx.sql<{ id: string; dealerId: string }>({ name: 'report_texts_erase', text: REPORTS, values: [itemIds, serials, ERASED, dealers, lastDay] });
  const values = [reports.map(({ id }) => id), itemIds, serials, ERASED, dealers, lastDay];
  await tx.sql({ name: 'report_amendments_erase', text: AMENDMENTS, values });
  await tx.sql({ name: 'report_amendment_lines_erase', text: AMENDMENT_LINES, values });
  await tx.sql({ name: 'report_lines_erase', text: LINES, values });
  for (const { id, dealerId } of reports) {
    await tx.audit({ action: 'anonymise', kind: 'monthly_report', id, dealerId, changed: { fields: { after: ['note', 'leftOutReason'] } } });
  }
}

/** The dealer and those whose customers went over to it, one after the other. */
const DEALERS = `
  with recursive served (id) as (select $1::uuid union select d.id from served s join dealer d on d.successor_dealer_id = s.id and d.status = 'terminated')
  select id from served`;

/**
 * By hand a repair has no call: its unit's serial says whose it was. Where it has none nobody knows whom its remark names, so it goes with
 * whoever of that dealer's customers goes, also after they went over to its successor; what was done on which day stays counted.
 */
const theirs = (items: string, serials: string, dealers: string, lastDay: string): string => `l.item_on <= ${lastDay}::date and (l.item_id = any(${items}::text[])
  or l.source = 'by_hand' and (l.serial = any(${serials}::text[]) or l.serial = '' and l.dealer_id = any(${dealers}::uuid[])))`;

const REPORTS = `
  update monthly_report set version = version + 1 where id in (
    select l.report_id from monthly_report_line l left join monthly_report_amendment_line a on a.line_id = l.id
    where ${theirs('$1', '$2', '$4', '$5')} and (l.note not in ('', $3) or l.left_out_reason not in ('', $3) or a.note not in ('', $3)))
  returning id, dealer_id as "dealerId"`;

const AMENDMENTS = `
  update monthly_report_amendment set reason = $4 where report_id = any($1::uuid[]) and id in (
    select a.amendment_id from monthly_report_amendment_line a join monthly_report_line l on l.id = a.line_id where ${theirs('$2', '$3', '$5', '$6')})`;

const AMENDMENT_LINES = `
  update monthly_report_amendment_line a set note = $4 from monthly_report_line l
  where l.id = a.line_id and l.report_id = any($1::uuid[]) and a.note <> '' and ${theirs('$2', '$3', '$5', '$6')}`;

const LINES = `
  update monthly_report_line l set note = case when l.note = '' then '' else $4 end, left_out_reason = case when l.left_out_reason = '' then '' else $4 end
  where l.report_id = any($1::uuid[]) and ${theirs('$2', '$3', '$5', '$6')}`;
