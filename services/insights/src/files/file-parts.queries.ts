import type { Statement } from '@aftercare/service';
import { lastDay, leavers, outstanding, rate, text, valuesOf, type Asked } from './figures.queries.js';

const GROUPS_MAX = 200;

const SUMS = `
  sum(calls)::int as calls, sum(cancelled)::int as cancelled, sum(resolved)::int as resolved, sum(within_24)::int as within_24,
  sum(within_48)::int as within_48, sum(first_visit)::int as first_visit, sum(repeated)::int as repeated`;

const GROUP_COLUMNS = `
  g.calls, g.resolved, g.within_24 as "within24", g.within_48 as "within48", g.first_visit as "firstVisit",
  ${text(rate('g.first_visit', 'g.resolved'))} as "firstFixPercent", g.repeated, ${text(rate('g.repeated', '(g.calls - g.cancelled)'))} as "repeatPercent"`;

const PERIOD = 'generation = $1 and day >= $2::date and day < $3::date';

/** The dealer's calls by region. */
export function byRegion(asked: Asked, dealerId: string): Statement {
  return {
    name: 'file_regions',
    text: `
      select g.key, ${GROUP_COLUMNS} from (
        select region_code as key, ${SUMS} from call_day
        where ${PERIOD} and dealer_id = $5 and starts_with(region_code, $4) group by region_code) g
      where g.calls > 0 order by g.calls desc, g.key limit ${GROUPS_MAX}`,
    values: [...fourOf(asked), dealerId],
  };
}

/** The dealer's calls by family, with the medians of all dealers that have calls on it and the technicians at work who are certified for it. */
export function byFamily(asked: Asked, dealerId: string): Statement {
  return {
    name: 'file_families',
    text: `
      with own as (
        select family as key, ${SUMS} from call_day
        where ${PERIOD} and dealer_id = $6 and starts_with(region_code, $4) group by family),
      others as (
        select family, ${SUMS} from call_day where ${PERIOD} and family in (select key from own) group by family, dealer_id),
      medians as (
        select family, count(*)::int as dealers, percentile_cont(0.5) within group (order by ${rate('first_visit', 'resolved')}) as first_fix,
          percentile_cont(0.5) within group (order by ${rate('repeated', '(calls - cancelled)')}) as repeat_share
        from others where calls > 0 group by family),
      certified as (
        select family, count(distinct technician_id)::int as technicians from certificate_fact
        where generation = $1 and dealer_id = $6 and valid_from < $3::date and holds_until >= ${lastDay('$3', '$5')}
          and technician_id not in (${leavers(lastDay('$3', '$5'), 'and dealer_id = $6')}) group by family)
      select g.key, ${GROUP_COLUMNS}, coalesce(c.technicians, 0) as certified, coalesce(m.dealers, 0) as dealers,
        ${text('round(m.first_fix::numeric, 1)')} as "networkFirstFix", ${text('round(m.repeat_share::numeric, 1)')} as "networkRepeat"
      from own g left join medians m on m.family = g.key left join certified c on c.family = g.key
      where g.calls > 0 order by g.calls desc, g.key limit ${GROUPS_MAX}`,
    values: [...valuesOf(asked), dealerId],
  };
}

/** The parts the dealer replaced, with the network's pieces for 100 calls and how many dealers those come from. */
export function byPart(asked: Asked, dealerId: string): Statement {
  return {
    name: 'file_parts',
    text: `
      with own as (
        select part_id, sum(quantity)::int as quantity, coalesce(sum(quantity) filter (where source = 'holdings'), 0)::int as held
        from part_use_fact where generation = $1 and dealer_id = $5 and confirmed_on >= $2::date and confirmed_on < $3::date and starts_with(region_code, $4)
        group by part_id order by sum(quantity) desc, part_id limit ${GROUPS_MAX}),
      network as (
        select part_id, sum(quantity) as quantity, count(distinct dealer_id)::int as dealers from part_use_fact
        where generation = $1 and confirmed_on >= $2::date and confirmed_on < $3::date and part_id in (select part_id from own) group by part_id),
      calls as (
        select sum(calls - cancelled) as network, sum(calls - cancelled) filter (where dealer_id = $5 and starts_with(region_code, $4)) as own
        from call_day where ${PERIOD})
      select o.part_id as "partId", coalesce(p.number, '') as number, coalesce(p.name, '') as name, coalesce(p.name_en, '') as "nameEn",
        o.quantity, o.held as "fromHoldings", ${text(rate('o.quantity', 'c.own'))} as "per100Calls",
        ${text(rate('n.quantity', 'c.network'))} as "networkPer100Calls", n.dealers
      from own o join network n using (part_id) cross join calls c left join part_fact p on p.generation = $1 and p.part_id = o.part_id
      order by o.quantity desc, o.part_id`,
    values: [...fourOf(asked), dealerId],
  };
}

/** What the dealer holds at the end of the period, by part and age. */
export function holdings(asked: Asked, dealerId: string): Statement {
  const age = `(${lastDay('$2', '$4')} - opened_on)`;
  const pieces = (condition: string): string => `coalesce(sum(outstanding) filter (where ${condition}), 0)::int`;
  return {
    name: 'file_holdings',
    text: `
      select h.part_id as "partId", coalesce(p.number, '') as number, coalesce(p.name, '') as name, coalesce(p.name_en, '') as "nameEn",
        h.quantity, h.overdue, h.days30, h.days60, h.days90, h.older
      from (
        select part_id, sum(outstanding)::int as quantity, ${pieces('due_on < $4::date')} as overdue, ${pieces(`${age} <= 30`)} as days30,
          ${pieces(`${age} between 31 and 60`)} as days60, ${pieces(`${age} between 61 and 90`)} as days90, ${pieces(`${age} > 90`)} as older
        from (${outstanding('$2', 'and dealer_id = $3')}) o group by part_id) h
      left join part_fact p on p.generation = $1 and p.part_id = h.part_id
      order by h.quantity desc, h.part_id limit ${GROUPS_MAX}`,
    values: [asked.generation, asked.to, dealerId, asked.asOf],
  };
}

/** Trainings of the period and, of those who are given work at its end, certificates, by family. */
export function skills(asked: Asked, dealerId: string): Statement {
  return {
    name: 'file_skills',
    text: `
      with attended as (
        select family, count(*) filter (where result = 'passed')::int as passed, count(*) filter (where result = 'failed')::int as failed,
          count(*) filter (where result = 'absent')::int as absent
        from training_fact where generation = $1 and dealer_id = $4 and held_on >= $2::date and held_on < $3::date group by family),
      longest as (
        select family, technician_id, max(holds_until) as valid_until from certificate_fact
        where generation = $1 and dealer_id = $4 and valid_from < $3::date
          and technician_id not in (${leavers(lastDay('$3', '$5'), 'and dealer_id = $4')}) group by family, technician_id),
      certified as (
        select family, count(*) filter (where valid_until >= ${lastDay('$3', '$5')})::int as certified,
          count(*) filter (where valid_until >= $2::date and valid_until < ${lastDay('$3', '$5')})::int as expired
        from longest group by family)
      select coalesce(a.family, c.family) as family, coalesce(a.passed, 0) as passed, coalesce(a.failed, 0) as failed, coalesce(a.absent, 0) as absent,
        coalesce(c.certified, 0) as certified, coalesce(c.expired, 0) as expired
      from attended a full join certified c using (family)
      where a.family is not null or c.certified + c.expired > 0 order by 1 limit ${GROUPS_MAX}`,
    values: [asked.generation, asked.from, asked.to, dealerId, asked.asOf],
  };
}

/** Who solved the calls of the period, and from which day on every call says its region. */
export function workers(asked: Asked, dealerId: string): Statement {
  return {
    name: 'file_workers',
    text: `
      select count(distinct technician_user_id) filter (where outcome = 'resolved' and starts_with(region_code, $4))::int as technicians,
        ${text(`max(received_on) filter (where region_code = '') + 1`)} as "completeFrom"
      from call_fact where generation = $1 and dealer_id = $5 and received_on >= $2::date and received_on < $3::date`,
    values: [...fourOf(asked), dealerId],
  };
}

const fourOf = ({ generation, from, to, prefix }: Asked): unknown[] => [generation, from, to, prefix];
