import { NoticeRequestedSchema } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { settingAt, type Tx } from '@aftercare/service';
import { generationsOf } from '../model/generations.js';
import { alertChanges, alertKey, controlPoint, lotsJudged, type ControlPoint, type Exposed, type Judged } from './control-limit.rules.js';

/** The audit trail's and the notices' name of an alert. */
export const ALERT_KIND = 'quality-alert';
const LOT_DAYS = 365;
const PART_DAYS = 30;

/** A half-open window of local dates. */
interface Window {
  from: string;
  to: string;
}

/** The windows that end with yesterday, the last whole day. */
function windowsOf(today: string): { lots: Window; part: Window; before: Window } {
  const from = addDays(today, -PART_DAYS);
  return { lots: { from: addDays(today, -LOT_DAYS), to: today }, part: { from, to: today }, before: { from: addDays(from, -LOT_DAYS), to: from } };
}

/** judges every lot and part by what happened up to yesterday, keeps the points, opens alerts and ends those that are over. */
export async function evaluate(tx: Tx): Promise<void> {
  const now = await tx.now();
  const today = businessDate(now);
  const { current } = await generationsOf(tx);
  const windows = windowsOf(today);
  const terms = { sigma: await settingAt(tx, 'quality.limitSigma', today), casesMin: await settingAt(tx, 'quality.alertCasesMin', today) };
  const points = [...lotsJudged(await lotsOf(tx, current, windows.lots)), ...(await partsOf(tx, current, windows))].map((each) => controlPoint(each, terms));
  await keepPoints(tx, points, windows);
  const open = await tx.sql<{ id: string; kind: string; key: string }>({
    name: 'quality_alerts_open', text: 'select id, kind, key from quality_alert where ended_at is null order by id for update', values: [],
  });
  const { opened, kept, ended } = alertChanges(open.map(alertKey), points);
  for (const point of kept) await tx.sql({ name: 'quality_alert_keep', text: KEEP, values: figuresOf(point, windows) });
  for (const { id, ...alert } of open.filter((each) => ended.includes(alertKey(each)))) await end(tx, id, alert, now);
  for (const point of opened) await openAlert(tx, figuresOf(point, windows), now);
}

function lotsOf(tx: Tx, generation: number, { from, to }: Window): Promise<({ key: string; family: string } & Exposed)[]> {
  return tx.sql({ name: 'watch_lots', text: LOTS, values: [generation, from, to] });
}

async function partsOf(tx: Tx, generation: number, { part, before }: { part: Window; before: Window }): Promise<Judged[]> {
  const rows = await tx.sql<{ key: string; cases: number; casesBefore: number; unitDays: number; unitDaysBefore: number }>({
    name: 'watch_parts', text: PARTS, values: [generation, part.from, part.to, before.from],
  });
  return rows.map(({ key, cases, unitDays, casesBefore, unitDaysBefore }) => (
    { kind: 'part', key, family: '', point: { cases, unitDays }, compared: { cases: casesBefore, unitDays: unitDaysBefore } }));
}

async function keepPoints(tx: Tx, points: readonly ControlPoint[], windows: ReturnType<typeof windowsOf>): Promise<void> {
  await tx.sql({ name: 'quality_points_drop', text: 'delete from quality_point', values: [] });
  const rows = points.map(({ kind, key, family, point, rate, centre, limit, beyond }) => {
    const { from, to } = kind === 'lot' ? windows.lots : windows.part;
    return { kind, key, family, from, to: addDays(to, -1), ...point, rate, centre, limit, beyond, strain: limit === null || limit === 0 ? 0 : rate / limit };
  });
  await tx.sql({ name: 'quality_points_keep', text: KEEP_POINTS, values: [JSON.stringify(rows)] });
}

type Figures = [kind: string, key: string, from: string, to: string, cases: number, rate: number, centre: number | null, limit: number | null];

function figuresOf({ kind, key, point, rate, centre, limit }: ControlPoint, windows: ReturnType<typeof windowsOf>): Figures {
  const { from, to } = kind === 'lot' ? windows.lots : windows.part;
  return [kind, key, from, addDays(to, -1), point.cases, rate, centre, limit];
}

async function openAlert(tx: Tx, figures: Figures, now: string): Promise<void> {
  const id = newId();
  const number = await tx.nextNumber('quality_alert', { prefix: 'QA', gapFree: false });
  const [{ label }] = await tx.sql<{ label: string }>({ name: 'quality_alert_open', text: OPEN, values: [id, number, now, ...figures] });
  const [kind, key, from, to, cases] = figures;
  await tx.audit({ action: 'open', kind: ALERT_KIND, id, changed: { kind: { after: kind }, key: { after: key }, cases: { after: cases } } });
  await tx.announce(NoticeRequestedSchema, {
    kind: `quality_alert.${kind}`, recipientRole: 'quality_engineer', documentKind: ALERT_KIND, documentId: id, documentNumber: number, severity: 'warning',
    params: JSON.stringify({ label, cases, from, to }),
  });
}

async function end(tx: Tx, id: string, alert: { kind: string; key: string }, now: string): Promise<void> {
  await tx.sql({ name: 'quality_alert_end', text: 'update quality_alert set ended_at = $2 where id = $1', values: [id, now] });
  await tx.audit({ action: 'end', kind: ALERT_KIND, id, changed: { key: { after: alert.key }, state: { before: 'open', after: 'over' } } });
}

/** The days that a unit was in service within a window: the day of sale is not counted (W-1). */
const DAYS = (from: string, to: string): string => `sum(greatest(${to}::date - 1 - greatest(s.sold_on, ${from}::date - 1), 0))::float8`;

/** Cases on a unit before it was sold are no rate of its service. */
const LOTS = `
  with exposed as (
    select s.lot as key, coalesce(m.family, '') as family, ${DAYS('$2', '$3')} as days
    from sale_fact s left join model_fact m on m.generation = s.generation and m.model_id = s.model_id
    where s.generation = $1 and s.sold_on < $3::date and s.lot <> '' group by 1, 2),
  found as (
    select r.lot as key, count(*)::int as cases from fault_case r join sale_fact s on s.generation = r.generation and s.unit_id = r.unit_id
    where r.generation = $1 and r.happened_on >= $2::date and r.happened_on < $3::date and r.lot <> '' and r.happened_on >= s.sold_on group by 1)
  select e.key, e.family, coalesce(f.cases, 0) as cases, e.days as "unitDays" from exposed e left join found f using (key) where e.days > 0 order by e.key`;

const PARTS = `
  with exposed as (
    select coalesce(${DAYS('$2', '$3')}, 0) as days, coalesce(${DAYS('$4', '$2')}, 0) as before from sale_fact s where s.generation = $1 and s.sold_on < $3::date),
  found as (
    select p.part_id::text as key, count(*) filter (where r.happened_on >= $2::date)::int as cases, count(*) filter (where r.happened_on < $2::date)::int as before
    from fault_case r join fault_part p on p.generation = r.generation and p.case_id = r.case_id
    where r.generation = $1 and r.happened_on >= $4::date and r.happened_on < $3::date group by 1)
  select f.key, f.cases, f.before as "casesBefore", e.days as "unitDays", e.before as "unitDaysBefore" from found f cross join exposed e order by f.key`;

const LABEL = (kind: string, key: string): string => `case ${kind}
    when 'part' then (select p.number from part_fact p, read_model where p.generation = current and p.part_id::text = ${key})
    else (select m.code || ' ' || split_part(${key}, '/', 2) from model_fact m, read_model where m.generation = current and m.model_id::text = split_part(${key}, '/', 1)) end`;

const KEEP_POINTS = `
  insert into quality_point (kind, key, family, label, from_on, to_on, cases, unit_days, rate, centre, upper, beyond, strain)
  select kind, key, family, coalesce(${LABEL('kind', 'key')}, ''), "from", "to", cases, "unitDays", rate, centre, "limit", beyond, strain
  from jsonb_to_recordset($1::jsonb) as n (kind text, key text, family text, "from" date, "to" date, cases int, "unitDays" bigint, rate float8, centre float8, "limit" float8,
    beyond boolean, strain float8)`;

const KEEP = `
  update quality_alert set from_on = $3, to_on = $4, cases = $5, rate = $6, centre = $7, upper = $8 where kind = $1 and key = $2 and ended_at is null`;

const OPEN = `
  insert into quality_alert (id, number, opened_at, kind, key, from_on, to_on, cases, rate, centre, upper, label)
  values ($1, $2, $3, $4::text, $5::text, $6, $7, $8, $9, $10, $11, coalesce(${LABEL('$4::text', '$5::text')}, '')) returning label`;
