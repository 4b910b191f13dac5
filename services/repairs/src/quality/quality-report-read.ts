import type { ListQualityReportsRequest, QualityReportSchema } from '@aftercare/contracts';
import { addDays, allowedActions, serialText, startOfDay } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, type ListOrder, type Page, type Statement, type Tx } from '@aftercare/service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { QualityReportRow } from './quality-report.entity.js';
import { reportActions } from './quality-report.rules.js';

/** Who of the dealer has read the answer, first reader first. */
const READERS = `select user_id as "userId", iso(read_at) as "readAt" from quality_receipt
  where kind = 'answer' and report_id = $1::uuid order by read_at, user_id`;

/** what a report names and nobody registered, so that somebody asks what was meant; gone as soon as the piece is registered. */
const UNREGISTERED = `unnest(array[r.serial] || r.affected_serials || r.action_serials) with ordinality s (serial, at)
  where trim(s.serial) <> '' and not exists (select from known_unit u where u.serial = upper(trim(s.serial)))`;
const UNREGISTERED_SERIALS = `select upper(trim(s.serial)) as serial from quality_report r, ${UNREGISTERED} and r.id = $1::uuid group by 1 order by min(s.at)`;
const HAS_UNREGISTERED = `exists (select from ${UNREGISTERED})`;

/** A report as it is answered, with its readers. */
export async function reportMessage(tx: Tx, report: QualityReportRow): Promise<MessageInitShape<typeof QualityReportSchema>> {
  return {
    ...(filled(report) as Filled),
    overdue: report.state === 'due' && Date.parse(report.dueAt) <= Date.parse(await tx.now()),
    readers: await tx.sql<{ userId: string; readAt: string }>({ name: 'report_readers', text: READERS, values: [report.id] }),
    unregisteredSerials: (await tx.sql<{ serial: string }>({ name: 'report_unregistered', text: UNREGISTERED_SERIALS, values: [report.id] })).map(({ serial }) => serial),
    allowedActions: allowedActions(tx.ctx, reportActions(report.state, tx.ctx.role)),
  };
}

type Filled = { [Field in keyof QualityReportRow]: Exclude<QualityReportRow[Field], null> };

/** What nobody has done yet is empty in an answer. */
function filled(report: QualityReportRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(report).map(([field, value]: [string, unknown]) => [field, value ?? '']));
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const IS_OVERDUE = `(r.state = 'due' and r.due_at <= (select business_now()))`;
const FIRST_READ = `(select min(q.read_at) from quality_receipt q where q.kind = 'answer' and q.report_id = r.id)`;
const LINE = `r.id, r.created_at::text as key, json_build_object('id', r.id, 'number', r.number, 'dealerId', r.dealer_id, 'serial', r.serial,
  'state', r.state, 'dueAt', iso(r.due_at), 'version', r.version, 'overdue', ${IS_OVERDUE}, 'designDefect', r.design_defect, 'lot', r.lot,
  'createdAt', iso(r.created_at), 'submittedAt', coalesce(iso(r.submitted_at), ''), 'answeredAt', coalesce(iso(r.answered_at), ''),
  'readAt', coalesce(iso(${FIRST_READ}), ''), 'hasUnregisteredSerial', ${HAS_UNREGISTERED})::text as item`;

/** C-5: a technician sees the reports of his calls and of his installations. */
const concerns = (me: string): string => `(r.technician_user_id = ${me}::uuid or exists (
  select from repair_call c where c.id = r.origin_id and (c.technician_user_id = ${me}::uuid or c.taken_by = ${me}::uuid)))`;

/** The page of reports that was asked for, newest first. */
export function reportPage(request: ListQualityReportsRequest, ctx: CallContext, page: Page): Statement {
  const where = new Conditions()
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`)
    .when(request.originKind, 'k', (kind) => `r.origin_kind = ${kind}`)
    .when(request.designDefect, 'x', () => 'r.design_defect')
    .when(request.overdue, 'o', () => IS_OVERDUE)
    .when(request.answerUnread, 'u', () => `r.answered_at is not null and ${FIRST_READ} is null`)
    .when(request.hasUnregisteredSerial, 'g', () => HAS_UNREGISTERED)
    .when(request.lot, 'l', (lot) => `(r.lot = ${lot} or ${lot} = any(r.action_lots))`)
    .when(request.openedFrom && startOfDay(request.openedFrom), 'f', (from) => `r.created_at >= ${from}::timestamptz`)
    .when(request.openedTo && startOfDay(addDays(request.openedTo, 1)), 't', (to) => `r.created_at < ${to}::timestamptz`);
  if (ctx.role === 'dealer_technician') where.add('me', (me) => concerns(me), ctx.userId);
  if (request.serial) where.startsWith('n', 'r.serial', serialText(request.serial));
  return listStatement({ name: 'quality_reports', table: 'quality_report', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: LINE });
}
