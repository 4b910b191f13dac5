import type { ListDutiesRequest, ListMonthlyReportLinesRequest, ListMonthlyReportsRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { Conditions, pageOf, scopeValues, statementName, type Page, type Statement } from '@aftercare/service';
import { firstDayOf } from './duty.rules.js';

/** A report is late from the day after its due day 00:00 on; `r` is the report. */
const LATE = (report: string): string =>
  `(coalesce(${report}.submitted_at, (select business_now())) >= (${report}.due_on + 1)::timestamp at time zone 'Asia/Shanghai')`;
const THIS_MONTH = `(select to_char(business_now() at time zone 'Asia/Shanghai', 'YYYY-MM'))`;

/** A page of a list by the conditions that were asked for, read in index order. */
function pageStatement(list: string, { where, page, text }: { where: Conditions; page: Page; text: (where: string, limit: string) => string }): Statement & { page: Page } {
  const limit = `$${where.values.length + 1}`;
  return {
    page, name: statementName([list, ...where.names]), text: text(where.texts.join(' and ') || 'true', limit), values: [...where.values, page.limit + 1],
  };
}

/** One dealer is the rule for a dealer's user, and only an equality lets the index give the order. */
function scoped(ctx: CallContext, column: string): Conditions {
  const where = new Conditions();
  const [everything, dealers] = scopeValues(ctx);
  if (!everything && dealers.length === 1) where.add('d', (id) => `${column} = ${id}::uuid`, dealers[0]);
  else if (!everything) where.add('ds', (ids) => `${column} = any(${ids}::uuid[])`, dealers);
  return where;
}

function filtered(where: Conditions, request: { month: string; dealerId: string }, alias: string): void {
  if (request.dealerId !== '' && !isId(request.dealerId)) throw notFound('dealer');
  if (request.month !== '') where.add('m', (month) => `${alias}.month = ${month}`, firstDayOf(request.month).slice(0, 7));
  if (request.dealerId !== '') where.add('i', (id) => `${alias}.dealer_id = ${id}::uuid`, request.dealerId);
}

/** Reports, the latest month first; keyset (month, id). */
export function listReports(request: ListMonthlyReportsRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'monthly-reports' });
  const where = scoped(ctx, 'r.dealer_id');
  filtered(where, request, 'r');
  if (request.kind !== '') where.add('k', (kind) => `r.kind = ${kind}`, request.kind);
  if (request.state !== '') where.add('s', (state) => `r.state = ${state}`, request.state);
  if (page.after) where.add('a', (key, id) => `(r.month, r.id) < (${key}, ${id}::uuid)`, page.after.key, page.after.id);
  const text = (condition: string, limit: string): string => `
    select r.id, r.month as key, json_build_object(
        'id', r.id, 'number', coalesce(r.number, ''), 'dealerId', r.dealer_id, 'dealerCode', d.code, 'month', r.month, 'kind', r.kind,
        'state', r.state, 'nil', r.nil, 'dueOn', r.due_on, 'late', ${LATE('r')}, 'submittedAt', coalesce(iso(r.submitted_at), ''),
        'counted', r.counted_lines, 'pending', r.pending_lines, 'version', r.version)::text as item
    from (select * from monthly_report r where ${condition} order by r.month desc, r.id desc limit ${limit}) r
      join dealer d on d.id = r.dealer_id order by r.month desc, r.id desc`;
  return pageStatement('monthly_reports', { where, page, text });
}

/** What a report stands for a reader; `submitted` are the lines as they were handed in. */
export function reportFigures(id: string): Statement {
  return {
    name: 'monthly_report_figures',
    text: `
      select count(*) filter (where counted)::int as counted, count(*) filter (where included)::int as included,
        count(*) filter (where after_submission and not counted and amendment_id is null)::int as pending,
        count(*) filter (where not counted and (not after_submission or amendment_id is not null))::int as "leftOut",
        coalesce((select json_agg(json_build_object('outcome', o.outcome, 'lines', o.lines) order by o.outcome)
          from (select outcome, count(*)::int as lines from monthly_report_line where report_id = $1 and counted group by outcome) o), '[]') as outcomes,
        coalesce((select json_agg(json_build_object(
            'id', a.id, 'number', a.number, 'reason', a.reason, 'amendedAt', iso(a.amended_at), 'amendedBy', a.amended_by,
            'takenIn', (select count(*) from monthly_report_amendment_line c where c.amendment_id = a.id and c.counts)::int,
            'leftOut', (select count(*) from monthly_report_amendment_line c where c.amendment_id = a.id and not c.counts)::int) order by a.amended_at, a.id)
          from monthly_report_amendment a where a.report_id = $1), '[]') as amendments
      from monthly_report_line where report_id = $1`,
    values: [id],
  };
}

const STANDINGS: Record<string, string> = {
  counted: 'l.counted',
  left_out: 'not l.counted and (not l.after_submission or l.amendment_id is not null)',
  pending: 'l.after_submission and not l.counted and l.amendment_id is null',
};

/** A report's lines by day; keyset (item_on, id). The report was seen before. */
export function listLines(request: ListMonthlyReportLinesRequest): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'monthly-report-lines', key: 'date' });
  const where = new Conditions();
  where.add('r', (id) => `l.report_id = ${id}::uuid`, request.id);
  if (Object.hasOwn(STANDINGS, request.standing)) where.add(request.standing, () => STANDINGS[request.standing]);
  if (page.after) where.add('a', (key, id) => `(l.item_on, l.id) > (${key}::date, ${id}::uuid)`, page.after.key, page.after.id);
  const text = (condition: string, limit: string): string => `
    select l.id, l.item_on::text as key, json_build_object(
        'id', l.id, 'source', l.source, 'itemId', case when l.source = 'recorded' then l.item_id else '' end, 'itemNumber', l.item_number,
        'itemOn', l.item_on, 'outcome', l.outcome, 'serial', l.serial, 'modelCode', l.model_code, 'faultCodes', to_json(l.fault_codes), 'pieces', l.pieces,
        'standing', case when l.counted then 'counted' when l.after_submission and l.amendment_id is null then 'pending' else 'left_out' end,
        'note', l.note, 'leftOutReason', l.left_out_reason, 'afterSubmission', l.after_submission, 'amendmentNumber', coalesce(a.number, ''))::text as item
    from monthly_report_line l left join monthly_report_amendment a on a.id = l.amendment_id
    where ${condition} order by l.item_on, l.id limit ${limit}`;
  return pageStatement('monthly_report_lines', { where, page, text });
}

/** Where a report stands, in one word. */
const STANDING = (report: string): string => `
  case when ${report}.state = 'submitted' then (case when ${report}.nil then 'nil' else 'submitted' end) || (case when ${LATE(report)} then '_late' else '' end)
       when ${LATE(report)} then 'late' when ${report}.month < ${THIS_MONTH} then 'owed' else 'running' end`;
/** Found among the few open reports. */
const OPEN = (when = 'true'): string => `exists (select from monthly_report o where o.dealer_id = i.dealer_id and o.month = i.month and o.state = 'open' and ${when})`;

/** What each dealer owes for each month, the latest first; keyset (month, dealer). Each has both reports from the beginning. */
export function listDuties(request: ListDutiesRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'duties' });
  const where = scoped(ctx, 'i.dealer_id');
  filtered(where, request, 'i');
  if (request.standing === 'owing') where.add('o', () => `i.month < ${THIS_MONTH} and ${OPEN()}`);
  if (request.standing === 'late') where.add('l', () => OPEN(LATE('o')));
  if (page.after) where.add('a', (key, id) => `(i.month, i.dealer_id) < (${key}, ${id}::uuid)`, page.after.key, page.after.id);
  const text = (condition: string, limit: string): string => `
    select i.dealer_id as id, i.month as key, json_build_object(
        'dealerId', i.dealer_id, 'dealerCode', d.code, 'dealerName', d.name, 'month', i.month, 'dueOn', i.due_on,
        'installation', ${STANDING('i')}, 'installationReportId', i.id, 'repair', ${STANDING('r')}, 'repairReportId', r.id,
        'pending', i.pending_lines + r.pending_lines)::text as item
    from monthly_report i
      join monthly_report r on r.dealer_id = i.dealer_id and r.month = i.month and r.kind = 'repair'
      join dealer d on d.id = i.dealer_id
    where i.kind = 'installation' and ${condition} order by i.month desc, i.dealer_id desc limit ${limit}`;
  return pageStatement('duties', { where, page, text });
}
