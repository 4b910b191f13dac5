import type { ListSupportQuestionsRequest } from '@aftercare/contracts';
import { isId, Refusal } from '@aftercare/domain';
import { notFound, type CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, pageOf, type ListOrder, type Page, type Statement } from '@aftercare/service';

const ORDERS: Record<string, ListOrder> = {
  openFirst: { by: 'r.queue', direction: 'desc', type: 'text' },
  askedAt: { by: 'r.asked_at', direction: 'asc', type: 'timestamptz' },
};

/** The page that is asked for and its statement. Errors: SORT_UNKNOWN, CURSOR_INVALID, LIMIT_OUT_OF_RANGE. */
export function questionList(request: ListSupportQuestionsRequest, ctx: CallContext): { statement: Statement; page: Page } {
  const sort = request.page?.sort || 'openFirst';
  if (!Object.hasOwn(ORDERS, sort)) {
    throw new Refusal('invalid_argument', 'SORT_UNKNOWN', `Questions sort by: ${Object.keys(ORDERS).join(', ')}.`, { field: 'sort' });
  }
  const order = ORDERS[sort];
  for (const id of [request.dealerId, request.callId]) if (id !== '' && !isId(id)) throw notFound('filter');
  const page = pageOf(request.page, { list: `support-questions ${sort}`, key: order.type === 'text' ? 'text' : 'instant' });
  const where = new Conditions()
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.callId, 'c', (id) => `r.call_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`)
    .when(request.kind, 'k', (kind) => `r.kind = ${kind}`);
  if (ctx.role === 'dealer_technician') where.add('me', (me) => concerns(me), ctx.userId);
  const columns = sort === 'openFirst' ? `r.id, r.queue as key, ${LINE}` : `r.id, r.asked_at::text as key, ${LINE}`;
  const statement = listStatement({ name: `support_${sort}`, table: 'support_question', order, scope: { dealers: dealerScope(ctx) }, where, page, columns });
  return { statement, page };
}

/** a technician sees what he asked and what concerns his calls. */
export const concerns = (me: string): string => `(r.asked_by = ${me}::uuid or exists (
  select from repair_call c where c.id = r.call_id and (c.technician_user_id = ${me}::uuid or c.taken_by = ${me}::uuid)))`;

const LINE = `json_build_object('id', r.id, 'number', r.number, 'callId', r.call_id, 'callNumber', r.call_number, 'dealerId', r.dealer_id,
  'kind', r.kind, 'question', r.question, 'state', r.state, 'askedAt', iso(r.asked_at), 'answeredAt', coalesce(iso(r.answered_at), ''),
  'answerMinutes', r.answer_minutes, 'version', r.version)::text as item`;
