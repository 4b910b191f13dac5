import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { endOfDay, startOfDay } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { armNextMonth, MONTH_DEADLINE, openMonth, settledDueOn, statusSpans } from './duty-opening.js';
import { owesMonth, previousMonth } from './duty.rules.js';
import { MonthlyReportEntity } from './monthly-report.entity.js';
import { reportTold } from './monthly-report.store.js';

const DUE_DAY_DEADLINE = 'duties-due-day';
const LATE_DEADLINE = 'duties-late';

/** The month of one dealer. */
interface DealerMonth {
  dealerId: string;
  month: string;
}

/** D-7: a dealer's months open one after the other; what is owed is reminded of on the 1st and on the due day, and late the day after. */
@Injectable()
export class DutyDeadlines {
  /** The 1st: what the month before owes is reminded of, the new month opens. A dealer that has left owes no more, and its row of months ends. */
  @OnDeadline(MONTH_DEADLINE)
  async monthBegins(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const { month } = deadline.payload as { month: string };
    const dealerId = deadline.ref;
    await monthIsOver(tx, { dealerId, month: previousMonth(month) });
    if (!owesMonth(await statusSpans(tx, dealerId), month)) return;
    await openMonth(tx, dealerId, month);
    await armNextMonth(tx, dealerId, month);
  }

  /** The due day: the second reminder. */
  @OnDeadline(DUE_DAY_DEADLINE)
  async dueDayComes(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const of = deadline.payload as unknown as DealerMonth;
    const owed = await openReports(tx, of);
    await remind(tx, owed);
    await armLate(tx, of, owed);
  }

  /** The day after, 00:00: late, and told to the supervisor. */
  @OnDeadline(LATE_DEADLINE)
  async isLateNow(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    for (const report of await openReports(tx, deadline.payload as unknown as DealerMonth)) {
      await tx.announce(NoticeRequestedSchema, { ...(await aboutReport(tx, report)), kind: 'duty.late', severity: 'alarm', recipientRole: 'service_supervisor' });
      await reportTold(tx, report);
    }
  }
}

/** The due day is settled, the dealer reminded; due on the 1st itself, it is reminded once. */
async function monthIsOver(tx: Tx, of: DealerMonth): Promise<void> {
  const dueOn = await settledDueOn(tx, of.month);
  const owed = await openReports(tx, of);
  for (const report of owed) {
    report.dueOn = dueOn;
    await tx.em.update(MonthlyReportEntity, { id: report.id }, { dueOn });
    await reportTold(tx, report);
  }
  await remind(tx, owed);
  if (dueOn.endsWith('-01')) await armLate(tx, of, owed);
  else if (owed.length > 0) await tx.deadline({ kind: DUE_DAY_DEADLINE, ref: refOf(of), dueAt: startOfDay(dueOn), payload: { ...of } });
}

async function armLate(tx: Tx, of: DealerMonth, owed: MonthlyReportEntity[]): Promise<void> {
  if (owed.length > 0) await tx.deadline({ kind: LATE_DEADLINE, ref: refOf(of), dueAt: endOfDay(owed[0].dueOn), payload: { ...of } });
}

const refOf = ({ dealerId, month }: DealerMonth): string => `${dealerId} ${month}`;

/** What is owed of a month, locked: a submission that comes at the same moment is either before or after. */
function openReports(tx: Tx, { dealerId, month }: DealerMonth): Promise<MonthlyReportEntity[]> {
  return tx.em.find(MonthlyReportEntity, { where: { dealerId, month, state: 'open' }, order: { kind: 'ASC' }, lock: { mode: 'pessimistic_write' } });
}

async function remind(tx: Tx, owed: MonthlyReportEntity[]): Promise<void> {
  for (const report of owed) {
    const about = await aboutReport(tx, report);
    await tx.announce(NoticeRequestedSchema, { ...about, kind: 'duty.owed', severity: 'warning', recipientRole: 'dealer_manager', recipientDealerId: report.dealerId });
  }
}

async function aboutReport(tx: Tx, report: MonthlyReportEntity) {
  const { code } = await tx.em.findOneByOrFail(DealerEntity, { id: report.dealerId });
  const { id: documentId, month, kind, dueOn } = report;
  return { documentKind: 'monthly-report', documentId, params: JSON.stringify({ dealerCode: code, month, report: kind, dueOn }) };
}
