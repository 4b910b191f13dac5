import { idOfText, type Page, type Statement } from '@aftercare/service';
import { PAIRS, TIE_TERMS } from './tie-out.rules.js';
import { sealOf } from './tie-store.js';

/** What is asked of a month: $1 the month, of its rows and faults $2 the dealer or null, $3 the part or null. */
export interface TieAsked {
  month: string;
  dealerId: string | null;
  partId: string | null;
}

/** The model that answers. */
export const GENERATION = '(select current from read_model)';
const OF_MONTH = (row: string): string => `${row}.generation = ${GENERATION} and ${row}.month = $1`;
const ASKED = (row: string): string => `($2::uuid is null or ${row}.dealer_id = $2) and ($3::uuid is null or ${row}.part_id = $3)`;
const terms = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/** A line is as it was told. Nearly all are: said as an equality, PostgreSQL would plan for hardly any, and so for a month in nested loops. */
const soundly = (row: string): string => `case when ${row}.seal = ${sealOf(row)} then true else false end`;

/** The lines of a link and these terms, each looked up by itself: a month has few of a year's, whatever PostgreSQL thinks of reading the year once. */
const ofLink = (link: string, names: readonly string[]): string =>
  `(select of_link.* from tie_line of_link where of_link.generation = ${GENERATION} and of_link.link = ${link} and of_link.term in (${terms(names)}) offset 0)`;

/** The share that so many pieces have in a slip's line, rounded as F-8 rounds. */
const share = (upto: string): string => `case when ${upto} >= l.pieces then l.net when ${upto} <= 0 then 0 else round(l.net * ${upto} / l.pieces, 2) end`;

/** The slips' lines that charged shipments of the month name. */
const MINE = `mine as (select distinct s.link from tie_line s where ${OF_MONTH('s')} and s.term = 'shipped_charged')`;

/** What a page is of: the dealers and parts with lines in the month. */
const WITH_LINES = `select distinct t.dealer_id, t.part_id from tie_line t where ${OF_MONTH('t')} and t.term in (${terms(TIE_TERMS)}) and ${ASKED('t')}`;

/** The dealers and parts of a page, found by their names alone, and what they have: a page costs no whole month. */
const ON_PAGE = `
  page as (
    select * from (
      select ${idOfText(`each.dealer_id || ' ' || each.part_id`)} as id, (coalesce(d.code, '') || ' ' || coalesce(p.number, '')) as key, each.dealer_id, each.part_id,
             coalesce(d.code, '') as dealer_code, coalesce(d.name, '') as dealer_name, coalesce(p.number, '') as part_number, coalesce(p.name, '') as part_name
        from (${WITH_LINES}) each
        left join dealer_fact d on d.generation = ${GENERATION} and d.dealer_id = each.dealer_id left join part_fact p on p.generation = ${GENERATION} and p.part_id = each.part_id) named
     where $4::text is null or (key, id) > ($4, $5::uuid) order by key, id limit $6)`;
const MINE_OF_PAGE = `mine as (select distinct s.link from page join tie_line s on ${OF_MONTH('s')} and s.term = 'shipped_charged' and s.dealer_id = page.dealer_id and s.part_id = page.part_id)`;

/**
 * Charged shipments of the month with what their slips' lines cover, in the order in which they left: the line's pieces, less those that were reversed unshipped,
 * and those once more whose shortage was agreed before the shipment (P-8), not what a dealer only said was missing. Where something was reversed the told share stands, since it depends on when. `sound` leaves out shipments that are not as they were told.
 */
const onSlips = (name: 'covered' | 'sound'): string => `
  ${name}_shipments as (
    select s.key, s.month, s.dealer_id, s.part_id, s.pieces, s.amount, s.link, s.at, sum(s.pieces) over (partition by s.link order by s.at, s.key) as upto
      from mine cross join lateral ${ofLink('mine.link', ['shipped_charged'])} s${name === 'sound' ? ` where ${soundly('s')}` : ''}),
  ${name}_again as (
    select s.key, sum(m.pieces) as pieces
      from ${name}_shipments s join ${name}_shipments before on before.link = s.link
      join tie_line m on m.generation = ${GENERATION} and m.link = before.key and m.term = 'shortage_charged' and m.at <= s.at group by s.key),
  ${name}_reversed as (
    select r.link, sum(r.pieces) as pieces from mine join tie_line r on r.generation = ${GENERATION} and r.link = mine.link and r.term = 'slip_reversed' group by r.link),
  ${name} as (
    select s.key, s.dealer_id, s.part_id, s.pieces, s.amount, l.key is not null and l.seal is distinct from ${sealOf('l')} as slip_altered,
           case when l.key is null then 0
                else least(s.pieces, greatest(0, l.pieces + coalesce(again.pieces, 0) - coalesce(reversed.pieces, 0) - (s.upto - s.pieces))) end::int as pieces_covered,
           case when l.key is null then 0 when reversed.link is not null then s.amount else (${share('s.upto')}) - (${share('(s.upto - s.pieces)')}) end as net_covered
      from ${name}_shipments s
      left join tie_line l on l.generation = ${GENERATION} and l.term = 'slip_line' and l.key = s.link and l.dealer_id = s.dealer_id and l.part_id = s.part_id
      left join ${name}_again again on again.key = s.key left join ${name}_reversed reversed on reversed.link = s.link
     where s.month = $1)`;

const summed = (lines: string): string => `
  summed as (
    select t.dealer_id, t.part_id, t.term, sum(t.pieces)::int as pieces, sum(t.amount) as amount, sum(t.net) as net
      from ${lines} and t.term in (${terms(TIE_TERMS)}) group by 1, 2, 3),
  slips as materialized (select dealer_id, part_id, sum(pieces_covered)::int as pieces, sum(net_covered) as net from covered group by 1, 2)`;

const SUMMED_OF_PAGE = summed(`page join tie_line t on ${OF_MONTH('t')} and t.dealer_id = page.dealer_id and t.part_id = page.part_id`);

const moneyByTerm = (money: string): string => `coalesce(jsonb_object_agg(term, ${money}::text) filter (where ${money} <> 0), '{}')`;

/** The sums of each dealer and part. */
export const ROWS = `
  rows as (
    select dealer_id, part_id, jsonb_object_agg(term, pieces) as pieces, ${moneyByTerm('amount')} as amounts, ${moneyByTerm('net')} as nets from summed group by 1, 2)`;

/** The sums of a dealer and part as the rule takes them. */
export interface SumsRow {
  id: string;
  key: string;
  dealerId: string;
  dealerCode: string;
  dealerName: string;
  partId: string;
  partNumber: string;
  partName: string;
  pieces: Record<string, number>;
  amounts: Record<string, string>;
  nets: Record<string, string>;
  onSlips: number;
  onSlipsNet: string;
}

/** H-8: the rows of a month by dealer and part, from its lines. */
export function tieRows(asked: TieAsked, page: Page): Statement {
  const text = `
    with ${ON_PAGE}, ${MINE_OF_PAGE}, ${onSlips('covered')}, ${SUMMED_OF_PAGE}, ${ROWS}
    select page.id, page.key, page.dealer_id as "dealerId", page.dealer_code as "dealerCode", page.dealer_name as "dealerName", page.part_id as "partId", page.part_number as "partNumber",
           page.part_name as "partName", rows.pieces, rows.amounts, rows.nets, coalesce(slips.pieces, 0) as "onSlips", coalesce(slips.net, 0)::numeric(20,2)::text as "onSlipsNet"
      from page join rows using (dealer_id, part_id) left join slips using (dealer_id, part_id) order by page.key, page.id`;
  return { name: 'tie_rows', text, values: [asked.month, asked.dealerId, asked.partId, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1] };
}

const pairsCase = (of: (pair: (typeof PAIRS)[number], term: string, sign: number) => string): string =>
  `case t.term ${PAIRS.flatMap((pair) => Object.entries(pair.terms).map(([term, sign]) => `when '${term}' then ${of(pair, term, sign)}`)).join(' ')} end`;

/** Which identity a line that is not as it was told belongs to. */
const IDENTITY_OF = `case when t.term in ('shipped_due', 'shipped_free', 'opened', 'shortage_free', 'shortage_charged', 'shipped_charged', 'missing') then 1
  when t.term in ('manual', 'revenue_reversed', 'slip_line', 'slip_reversed') then 2 else 3 end`;

/**
 * The lines at fault. A group in which a line is not as it was told names that line alone; else all of its lines are named, since nobody knows which is missing its
 * counterpart. So it is with a shipment and its slip. Of a slip's line of which something was reversed (F-8) what became revenue and was not taken back is never below
 * zero, and never more than what the reversals left of the line; both to the fen, since a reversal that leaves nothing to ship takes the whole prepayment.
 */
const FAULTS_OF_MONTH = `
  told as (
    select t.*, t.seal is distinct from ${sealOf('t')} as altered, ${pairsCase(({ name }) => `'${name}'`)} as pair, ${pairsCase((_pair, _term, sign) => String(sign))} as sign,
           ${pairsCase(({ identity }) => String(identity))} as identity
      from tie_line t where ${OF_MONTH('t')}),
  unmet as (
    select pair, link, dealer_id, part_id, sum(sign * pieces)::int as difference from told where pair is not null
     group by 1, 2, 3, 4 having sum(sign * pieces) <> 0 and not bool_or(altered)),
  turned as (
    select l.key as link
      from (select link from told where term in ('slip_reversed', 'shipped_charged') intersect select r.link from tie_line r where r.generation = ${GENERATION} and r.term = 'slip_reversed') moved
      join tie_line l on l.generation = ${GENERATION} and l.term = 'slip_line' and l.key = moved.link
      join tie_line e on e.generation = ${GENERATION} and e.link = moved.link and e.term in ('shipped_charged', 'revenue_reversed', 'slip_reversed') and e.month <= $1
     group by l.key, l.net
    having bool_or(e.term = 'slip_reversed') and not bool_or(e.seal is distinct from ${sealOf('e')})
       and not coalesce(sum(case e.term when 'shipped_charged' then e.amount when 'revenue_reversed' then -e.amount end), 0)
               between 0 and l.net - coalesce(sum(e.net) filter (where e.term = 'slip_reversed'), 0)),
  helping as (
    select t.* from mine cross join lateral ${ofLink('mine.link', ['slip_line', 'slip_reversed'])} t where t.month <> $1 and not ${soundly('t')}),
  faults as (
    select t.identity, 'unmatched' as kind, t.term, t.key, t.dealer_id, t.part_id, unmet.difference from told t join unmet using (pair, link, dealer_id, part_id)
    union all
    select ${IDENTITY_OF}, 'altered', t.term, t.key, t.dealer_id, t.part_id, 0 from told t where t.altered
    union all
    select 2, 'altered', t.term, t.key, t.dealer_id, t.part_id, 0 from helping t
    union all
    select 1, 'not_on_slip', 'shipped_charged', c.key, c.dealer_id, c.part_id, c.pieces - c.pieces_covered from sound c where c.pieces_covered <> c.pieces and not c.slip_altered
    union all
    select 2, 'revenue_differs', 'shipped_charged', c.key, c.dealer_id, c.part_id, 0 from sound c where c.pieces_covered = c.pieces and c.net_covered <> c.amount and not c.slip_altered
    union all
    select 2, 'revenue_differs', t.term, t.key, t.dealer_id, t.part_id, 0 from told t where t.term in ('converted', 'manual', 'revenue_reversed') and t.amount <> t.net and not t.altered
    union all
    select 2, 'revenue_differs', t.term, t.key, t.dealer_id, t.part_id, 0
      from (select told.*, rank() over (partition by link order by array_position(array['revenue_reversed', 'shipped_charged', 'slip_reversed'], term)) as place
              from told join turned using (link) where term in ('revenue_reversed', 'shipped_charged', 'slip_reversed')) t where t.place = 1
    union all
    select 3, 'late_unknown', t.term, t.key, t.dealer_id, t.part_id, t.pieces from told t
     where t.term = 'late_reversed' and not t.altered
       and (select coalesce(sum(case o.term when 'returned_late' then o.pieces else -o.pieces end), 0) from tie_line o
             where o.generation = ${GENERATION} and o.link = t.link and o.term in ('returned_late', 'late_reversed')) < 0)`;

/** The parts of a statement over a month's sums. */
export const TOTALS = `${onSlips('covered')}, ${summed(`tie_line t where ${OF_MONTH('t')}`)},
  whole as (select term, sum(pieces)::int as pieces, sum(amount) as amount, sum(net) as net from summed group by term),
  totals as (
    select (select count(*)::int from (select distinct dealer_id, part_id from summed) each) as row_count, (select count(distinct dealer_id)::int from summed) as dealer_count,
           (select count(distinct part_id)::int from summed) as part_count, coalesce((select sum(pieces)::int from slips), 0) as on_slips, coalesce((select sum(net) from slips), 0) as on_slips_net, sums.*
      from (select coalesce(jsonb_object_agg(term, pieces), '{}') as pieces, coalesce(jsonb_object_agg(term, amount::text), '{}') as amounts, coalesce(jsonb_object_agg(term, net::text), '{}') as nets
              from whole) sums)`;

/** The parts of a statement over the faults of a month, which are only known of it as a whole. */
export const FAULTS = `${MINE}, ${onSlips('sound')}, ${FAULTS_OF_MONTH}`;

/** A line at fault; the words come behind it. */
export interface FaultRow {
  id: string;
  key: string;
  identity: number;
  kind: string;
  term: string;
  dealerId: string;
  dealerCode: string;
  partId: string;
  partNumber: string;
  lineId: string;
  pieces: number;
  amount: string;
  difference: number;
  documentKind: string;
  documentId: string;
  documentNumber: string;
}

/** H-8: the lines at fault as they are kept in a model, by dealer and part. */
export function tieFaults(asked: TieAsked, page: Page, generation: number): Statement {
  const text = `
    with named as (
      select ${idOfText(`f.kind || ' ' || f.term || ' ' || f.key`)} as id, coalesce(d.code, '') || ' ' || coalesce(p.number, '') || ' ' || f.term as key, f.identity, f.kind, f.term,
             f.dealer_id as "dealerId", coalesce(d.code, '') as "dealerCode", f.part_id as "partId", coalesce(p.number, '') as "partNumber", t.line_id as "lineId", t.pieces,
             t.amount::text as amount, f.difference, t.document_kind as "documentKind", t.document_id as "documentId",
             coalesce(nullif(t.document_number, ''), (select o.document_number from tie_line o where o.generation = $7 and o.document_id = t.document_id and o.document_number <> '' limit 1), '')
               as "documentNumber"
        from tie_fault f join tie_line t on t.generation = $7 and t.term = f.term and t.key = f.key
        left join dealer_fact d on d.generation = $7 and d.dealer_id = f.dealer_id left join part_fact p on p.generation = $7 and p.part_id = f.part_id
       where f.generation = $7 and f.month = $1 and ${ASKED('f')})
    select * from named where $4::text is null or (key, id) > ($4, $5::uuid) order by key, id limit $6`;
  return { name: 'tie_faults', text, values: [asked.month, asked.dealerId, asked.partId, page.after?.key ?? null, page.after?.id ?? null, page.limit + 1, generation] };
}

/** Where the month stands in the model `m`: whether that was built without the lines of the lists, whether the month is closed, and what the last look at the services' lists found. */
export interface Standing {
  rebuilding: boolean;
  closed: boolean;
  /** Null where the services' lists were not compared yet. */
  agreed: boolean | null;
  comparedAt: string;
}
export const STANDING = `m.current < m.tied_from as rebuilding, exists (select from month_fact c where c.generation = m.current and c.month = $1) as closed,
  (select d.agreed from compared_month d where d.generation = m.current and d.month = $1) as agreed,
  coalesce((select iso(d.compared_at) from compared_month d where d.generation = m.current and d.month = $1), '') as "comparedAt"`;

/** How many lines are at fault, from the lines themselves, and where the month stands. */
export function tieState(month: string): Statement {
  const text = `with ${FAULTS} select (select count(*)::int from faults) as "faultCount", ${STANDING} from read_model m`;
  return { name: 'tie_state', text, values: [month] };
}

/** Terms as JSON, one behind the other, how many they are, and the last one. */
export interface TieSums {
  sums: string;
  found: number;
  last: { dealerId: string; partId: string; term: string } | null;
}

/** The terms of a month by dealer and part, behind a position; each frame is read along the index from there. */
export function tieSums(month: string, [dealerId, partId, term]: readonly string[], limit: number): Statement {
  const text = `
    with frame as materialized (
      select t.dealer_id as "dealerId", t.part_id as "partId", t.term, sum(t.pieces)::int as pieces, sum(t.amount)::numeric(20,2)::text as amount
        from tie_line t where ${OF_MONTH('t')} and t.term in (${terms(TIE_TERMS)}) and (t.dealer_id, t.part_id, t.term) > ($2::uuid, $3::uuid, $4::text)
       group by 1, 2, 3 order by 1, 2, 3 limit $5)
    select (select coalesce(string_agg(row_to_json(frame)::text, ','), '') from frame) as sums, (select count(*)::int from frame) as found,
           (select json_build_object('dealerId', "dealerId", 'partId', "partId", 'term', term) from frame order by "dealerId" desc, "partId" desc, term desc limit 1) as last`;
  return { name: 'tie_sums', text, values: [month, dealerId, partId, term, limit] };
}

/** The lines of a dealer and part, behind a position. */
export function tieLines({ month, dealerId, partId }: TieAsked, [term, key]: readonly string[], limit: number): Statement {
  const text = `
    select t.term, t.key, t.line_id as "lineId", t.dealer_id as "dealerId", t.part_id as "partId", t.pieces, t.amount::text as amount, t.document_kind as "documentKind",
           t.document_id as "documentId", t.document_number as "documentNumber", t.reason, coalesce(p.number, '') as "partNumber"
      from tie_line t left join part_fact p on p.generation = t.generation and p.part_id = t.part_id
     where ${OF_MONTH('t')} and t.dealer_id = $2::uuid and t.part_id = $3::uuid and t.term in (${terms(TIE_TERMS)}) and t.term >= $4::text and (t.term, t.key) > ($4::text, $5::text)
     order by t.term, t.key limit $6`;
  return { name: 'tie_lines', text, values: [month, dealerId, partId, term, key, limit] };
}
