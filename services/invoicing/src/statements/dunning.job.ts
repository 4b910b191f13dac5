import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { addDays, addHours, businessDate, compareInstant, endOfDay, newId, startOfDay, type Role } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { settingAt, txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { lockMoney } from '../books/work.js';
import { DunningRow, DunningSlipRow } from './dunning.entity.js';
import { dunningTotals, oldEnough, remindersOf, type DunningDays, type OpenSlipAge } from './dunning.rules.js';

/** Fires once a day; its ref is always the same. */
const DUNNING_DEADLINE = 'dunning';
/** A dealer's share of it, in a transaction of its own; its ref is the dealer. */
const DEALER_DEADLINE = 'dunning-of-dealer';
/** When people are at work. */
const HOUR = 9;
const FINAL_LEVEL = 3;

const DEALERS = `
  select distinct dealer_id as id from receivable where gross_total - reversed_total > paid_total and confirmed_at < $1 order by dealer_id`;

const SLIPS = `
  select r.slip_id as "slipId", (r.confirmed_at at time zone 'Asia/Shanghai')::date::text as "confirmedOn", (r.gross_total - r.reversed_total - r.paid_total)::text as outstanding,
         coalesce((select max(level) from dunning_slip d where d.slip_id = r.slip_id), 0) as reminded
    from receivable r where r.dealer_id = $1 and r.gross_total - r.reversed_total > r.paid_total and r.confirmed_at < $2 order by r.confirmed_at, r.slip_id`;

/** B-5: dealers are reminded every morning of what has reached a level; after a standstill once. */
@Injectable()
export class DunningJob {
  @OnDeadline(DUNNING_DEADLINE)
  async daily({ ref }: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const now = await tx.now();
    const today = businessDate(now);
    const dealers = await em.query<{ id: string }[]>(DEALERS, [endOfDay(oldEnough(today, await dunningDays(tx, today)))]);
    for (const { id } of dealers) await tx.deadline({ kind: DEALER_DEADLINE, ref: id, dueAt: now });
    await tx.deadline({ kind: DUNNING_DEADLINE, ref, dueAt: nextMorning(now) });
  }

  @OnDeadline(DEALER_DEADLINE)
  async ofDealer({ ref: dealerId }: Deadline, em: EntityManager): Promise<void> {
    await remindDealer(txOf(em), dealerId, { byHand: false });
  }
}

/** B-5: one reminder of what a dealer has not been reminded of, null when there is nothing; one after the other for each dealer. */
export async function remindDealer(tx: Tx, dealerId: string, { byHand }: { byHand: boolean }): Promise<DunningRow | null> {
  await lockMoney(tx, dealerId);
  const today = businessDate(await tx.now());
  const days = await dunningDays(tx, today);
  const slips = await tx.em.query<OpenSlipAge[]>(SLIPS, [dealerId, endOfDay(byHand ? today : oldEnough(today, days))]);
  const reminders = remindersOf(slips, today, { days, byHand });
  if (reminders.length === 0) return null;
  const totals = dunningTotals(reminders);
  const dunning = tx.em.create(DunningRow, {
    id: newId(), number: await tx.nextNumber('dunning', { prefix: 'DN', gapFree: false }), dealerId, ...totals, slipCount: reminders.length, at: await tx.now(),
  });
  await tx.em.insert(DunningRow, dunning);
  await tx.em.insert(DunningSlipRow, reminders.map((reminder) => ({ id: newId(), dealerId, dunningId: dunning.id, ...reminder })));
  await tx.audit({ action: 'remind', kind: 'dunning', id: dunning.id, dealerId, changed: { level: { after: totals.level }, outstanding: { after: totals.outstanding } } });
  await tell(tx, dunning, 'dealer_manager');
  if (totals.level === FINAL_LEVEL) for (const role of ['finance_clerk', 'service_supervisor'] as const) await tell(tx, dunning, role);
  return dunning;
}

async function dunningDays(tx: Tx, today: string): Promise<DunningDays> {
  return [await settingAt(tx, 'dunning.firstDays', today), await settingAt(tx, 'dunning.secondDays', today), await settingAt(tx, 'dunning.finalDays', today)];
}

async function tell(tx: Tx, { id, number, dealerId, level, slipCount, outstanding }: DunningRow, role: Role): Promise<void> {
  const own = role === 'dealer_manager';
  await tx.announce(NoticeRequestedSchema, {
    kind: own ? 'receivable.overdue' : 'receivable.final_reminder', recipientRole: role, recipientDealerId: own ? dealerId : '', documentKind: 'dunning', documentId: id,
    documentNumber: number, severity: level === FINAL_LEVEL ? 'alarm' : 'warning', params: JSON.stringify({ level, slips: slipCount, outstanding }),
  });
}

/** The next nine o'clock in the morning. */
function nextMorning(now: string): string {
  const morning = addHours(startOfDay(businessDate(now)), HOUR);
  return compareInstant(now, morning) < 0 ? morning : addHours(startOfDay(addDays(businessDate(now), 1)), HOUR);
}
