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
  async customerAnonymised({ installationIds, serials, passedOn, dealerId, writtenUntil }: CustomerAnonymised, em: EntityManager): Promise<void> {
    const passed = new Map(passedOn.map(({ ref, writtenUntil: until }) => [ref, businessDate(until)]));
    const lastDay = lastDayOf(writtenUntil);
    // A line tells of an installation that was finished: one that went on with its appointment was finished at the next owner's (C-2).
    const itemIds = installationIds.filter((id) => !passed.has(id));
    await erase(txOf(em), { itemIds, serials, serialDays: serials.map((serial) => passed.get(serial) ?? lastDay), dealerId, lastDay });
  }

  @OnEvent(CallAnonymisedSchema)
  async callAnonymised({ callId, dealerId, writtenUntil }: CallAnonymised, em: EntityManager): Promise<void> {
    await erase(txOf(em), { itemIds: [callId], serials: [], serialDays: [], dealerId, lastDay: lastDayOf(writtenUntil) });
  }
}

const lastDayOf = (writtenUntil: string): string => (writtenUntil === '' ? 'infinity' : businessDate(writtenUntil));

/** What tells whose a line is: its installation or call, its serial, or no more than its dealer, which is the present one or whom it followed (D-1). */
interface Theirs {
  itemIds: string[];
  serials: string[];
  /** Of each serial the last day on which the unit was the person's: what happened later was at another's home. */
  serialDays: string[];
  dealerId: string;
  /** Of an erasure that is told again: what happened on a later day is said of others. */
  lastDay: string;
}

/** Reports before their lines, as the commands lock them. */
async function erase(tx: Tx, { itemIds, serials, serialDays, dealerId, lastDay }: Theirs): Promise<void> {
  const dealers = dealerId === '' ? [] : (await tx.sql<{ id: string }>({ name: 'report_dealers', text: DEALERS, values: [dealerId] })).map(({ id }) => id);
  const theirs = [itemIds, serials, serialDays, dealers, lastDay, ERASED];
  const reports = await tx.sql<{ id: string; dealerId: string }>({ name: 'report_texts_erase', text: REPORTS, values: theirs });
  const values = [...theirs, reports.map(({ id }) => id)];
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
const THEIRS = `l.item_on <= $5::date and (l.item_id = any($1::text[]) or l.source = 'by_hand' and (
  exists (select from unnest($2::text[], $3::date[]) as had (serial, until) where had.serial = l.serial and l.item_on <= had.until)
  or l.serial = '' and l.dealer_id = any($4::uuid[])))`;

const REPORTS = `
  update monthly_report set version = version + 1 where id in (
    select l.report_id from monthly_report_line l left join monthly_report_amendment_line a on a.line_id = l.id
    where ${THEIRS} and (l.note not in ('', $6) or l.left_out_reason not in ('', $6) or a.note not in ('', $6)))
  returning id, dealer_id as "dealerId"`;

const AMENDMENTS = `
  update monthly_report_amendment set reason = $6 where report_id = any($7::uuid[]) and id in (
    select a.amendment_id from monthly_report_amendment_line a join monthly_report_line l on l.id = a.line_id where ${THEIRS})`;

const AMENDMENT_LINES = `
  update monthly_report_amendment_line a set note = $6 from monthly_report_line l
  where l.id = a.line_id and l.report_id = any($7::uuid[]) and a.note <> '' and ${THEIRS}`;

const LINES = `
  update monthly_report_line l set note = case when l.note = '' then '' else $6 end, left_out_reason = case when l.left_out_reason = '' then '' else $6 end
  where l.report_id = any($7::uuid[]) and ${THEIRS}`;
