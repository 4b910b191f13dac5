import { monthOf, newId } from '@aftercare/domain';
import { insertRow, settingAt, type Tx } from '@aftercare/service';
import type { DealerEntity } from '../dealers/dealer.entity.js';
import { dueOn, firstDayOf, isOwing, monthEnd, nextMonth, type StatusSpan } from './duty.rules.js';
import { StatusChangeEntity } from './monthly-report.entity.js';
import { REPORT_KINDS } from './monthly-report.rules.js';

/** A month ends and the next one begins; one row per dealer, armed again from month to month. */
export const MONTH_DEADLINE = 'duties-month';

/** D-7: a dealer's status is remembered by the moment; with its first activation its duties begin, in the running month. */
export async function statusChanged(tx: Tx, dealer: DealerEntity): Promise<void> {
  const now = await tx.now();
  await insertRow(tx, StatusChangeEntity, { dealerId: dealer.id, version: dealer.version, status: dealer.status, since: now });
  if (!isOwing(dealer.status) || (await firstMonth(tx, dealer.id)) !== null) return;
  await openMonth(tx, dealer.id, monthOf(now));
  await armNextMonth(tx, dealer.id, monthOf(now));
}

/** D-7: opens both reports of a month, each exactly once, whoever comes first: the month's beginning, the activation or an event. */
export async function openMonth(tx: Tx, dealerId: string, month: string): Promise<void> {
  await tx.sql({
    name: 'monthly_report_open', text: OPEN, values: [REPORT_KINDS.map(() => newId()), [...REPORT_KINDS], dealerId, month, await settledDueOn(tx, month), await tx.now()],
  });
}

/** The month after this one opens at its beginning. */
export async function armNextMonth(tx: Tx, dealerId: string, month: string): Promise<void> {
  await tx.deadline({ kind: MONTH_DEADLINE, ref: dealerId, dueAt: monthEnd(month), payload: { month: nextMonth(month) } });
}

/** The month with which a dealer's duties began; null before. */
export async function firstMonth(tx: Tx, dealerId: string): Promise<string | null> {
  const [row] = await tx.sql<{ month: string | null }>({ name: 'duty_first_month', text: 'select min(month) as month from monthly_report where dealer_id = $1', values: [dealerId] });
  return row.month;
}

/** The dealer's statuses in their order, each until the next. */
export async function statusSpans(tx: Tx, dealerId: string): Promise<StatusSpan[]> {
  return tx.sql<StatusSpan>({
    name: 'dealer_status_spans',
    text: 'select status, since, lead(since) over (order by version) as until from dealer_status_change where dealer_id = $1 order by version',
    values: [dealerId],
  });
}

/** The due day as the settings have it for the day after the month; what is set later is for later months. */
export async function settledDueOn(tx: Tx, month: string): Promise<string> {
  return dueOn(month, await settingAt(tx, 'report.dueDay', firstDayOf(nextMonth(month))));
}

const OPEN = `
  insert into monthly_report (id, dealer_id, month, kind, state, nil, due_on, version, created_at)
  select r.id, $3, $4, r.kind, 'open', false, $5::date, 1, $6 from unnest($1::uuid[], $2::text[]) r (id, kind)
  on conflict (dealer_id, month, kind) do nothing`;
