import { Injectable } from '@nestjs/common';
import { startOfDay } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { settingAt, txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { classify, monthAfter, periodBefore, type Classified, type Contribution } from './class.rules.js';

/** Fires at the beginning of a month; its ref is the month. */
export const CLASSES_DEADLINE = 'customer-classes';
/** A dealer's share of it, in a transaction of its own; its ref is the dealer and the month. */
export const DEALER_CLASSES_DEADLINE = 'customer-classes-of-dealer';

/** C-7: classes are computed monthly, per dealer; after a standstill each month that was missed in its turn. */
@Injectable()
export class ClassJob {
  @OnDeadline(CLASSES_DEADLINE)
  async month(deadline: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const dealers = await tx.sql<{ id: string }>({ name: 'class_dealers', text: DEALERS, values: [] });
    for (const { id } of dealers) {
      await tx.deadline({ kind: DEALER_CLASSES_DEADLINE, ref: `${id} ${deadline.ref}`, dueAt: await tx.now(), payload: { dealerId: id, month: deadline.ref } });
    }
    const next = monthAfter(deadline.ref);
    await tx.deadline({ kind: CLASSES_DEADLINE, ref: next, dueAt: startOfDay(`${next}-01`) });
  }

  @OnDeadline(DEALER_CLASSES_DEADLINE)
  async ofDealer(deadline: Deadline, em: EntityManager): Promise<void> {
    const { dealerId, month } = deadline.payload as { dealerId: string; month: string };
    await computeClasses(txOf(em), { dealerId, month });
  }
}

/** One dealer's classes of a month; once, however often it is asked for. */
async function computeClasses(tx: Tx, { dealerId, month }: { dealerId: string; month: string }): Promise<void> {
  const on = `${month}-01`;
  const months = await settingAt(tx, 'class.months', on);
  const limits = { aPercent: await settingAt(tx, 'class.aPercent', on), bPercent: await settingAt(tx, 'class.bPercent', on) };
  const { from, to } = periodBefore(month, months);
  const begun = await tx.sql<{ month: string }>({
    name: 'class_run', text: RUN, values: [dealerId, month, from, to, months, limits.aPercent, limits.bPercent, await tx.now()],
  });
  if (begun.length === 0) return;
  const contributions = await tx.sql<Contribution>({ name: 'class_contributions', text: CONTRIBUTIONS, values: [dealerId, from, to] });
  await keep(tx, { dealerId, month }, classify(contributions, limits));
  await tx.sql({ name: 'class_hold', text: HOLD, values: [dealerId, month] });
}

async function keep(tx: Tx, run: { dealerId: string; month: string }, classified: Classified[]): Promise<void> {
  await tx.sql({
    name: 'class_keep',
    text: `insert into customer_class (dealer_id, month, customer_id, class, contribution, frequency, last_on, share_before)
      select $1, $2, c."customerId", c.class, c.contribution, c.frequency, c."lastOn", c."shareBefore"
      from json_to_recordset($3::json) c("customerId" uuid, class text, contribution numeric, frequency int, "lastOn" date, "shareBefore" numeric)
      on conflict do nothing`,
    values: [run.dealerId, run.month, JSON.stringify(classified)],
  });
}

/** Who sold to customers, or was paid by customers of its own: one to which another's customer was routed classes him not. */
const DEALERS = `
  select dealer_id as id from unit_sale
  union select r.dealer_id from known_receipt r join customer c on c.id = r.customer_id and c.dealer_id = r.dealer_id`;

const RUN = `
  insert into customer_class_run (dealer_id, month, from_on, to_on, period_months, a_percent, b_percent, computed_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning month`;

/** What was bought and what its own customers paid it for repairs; a purchase whose day is unknown counts on the day it was registered. */
const CONTRIBUTIONS = `
  select "customerId", sum(amount)::text as contribution, count(distinct day)::int as frequency, max(day)::text as "lastOn" from (
    select s.buyer_id as "customerId", s.sale_price as amount, d.day
    from unit_sale s join product_unit u on u.id = s.unit_id
      cross join lateral (select coalesce(u.purchase_date, (s.sold_at at time zone 'Asia/Shanghai')::date) as day) d
    where s.dealer_id = $1 and d.day between $2::date and $3::date
    union all
    select coalesce(c.merged_into, c.id), r.total, r.given_on
    from known_receipt r join customer c on c.id = r.customer_id
    where r.dealer_id = $1 and c.dealer_id = $1 and r.state = 'given' and r.given_on between $2::date and $3::date) paid
  group by "customerId" having sum(amount) > 0`;

/** A pinned class holds whatever is computed; a merged file is left as it was. */
const HOLD = `
  update customer c set class = h.class from (
    select f.id, coalesce(p.class, k.class, 'C') as class from customer f
      left join customer_class_pin p on p.customer_id = f.id
      left join customer_class k on k.customer_id = f.id and k.month = $2
    where f.dealer_id = $1 and f.merged_into is null) h
  where c.id = h.id and c.class <> h.class`;
