import type { ListChargeSlipsRequest, SumChargeSlipsRequest } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, EVERY_DEALER, listStatement, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { filterId } from '../documents.js';

const ORDERS: Record<string, ListOrder> = {
  '-createdAt': { by: 'r.created_at', direction: 'desc', type: 'timestamptz' },
  createdAt: { by: 'r.created_at', direction: 'asc', type: 'timestamptz' },
  '-number': { by: `coalesce(r.number, '')`, direction: 'desc', type: 'text' },
  number: { by: `coalesce(r.number, '')`, direction: 'asc', type: 'text' },
};

/** How the register is sorted, by name and as PostgreSQL orders it. Errors: SORT_UNKNOWN. */
export function registerOrder({ page }: Pick<ListChargeSlipsRequest, 'page'>): ListOrder & { name: string } {
  const name = page?.sort || '-createdAt';
  if (Object.hasOwn(ORDERS, name)) return { ...ORDERS[name], name };
  throw new Refusal('invalid_argument', 'SORT_UNKNOWN', `Slips sort by: ${Object.keys(ORDERS).join(', ')}.`, { field: 'sort' });
}

type Filters = Omit<SumChargeSlipsRequest, '$typeName' | '$unknown'>;

function conditions(asked: Filters): Conditions {
  const where = new Conditions()
    .when(filterId(asked.dealerId, 'dealerId'), 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(filterId(asked.requestId, 'requestId'), 'r', (id) => `r.request_id = ${id}::uuid`)
    .when(asked.state, 's', (state) => `r.state = ${state}`)
    .when(asked.month, 'm', (month) => `r.month = ${month}`)
    .when(asked.origin, 'o', (origin) => `r.origin = ${origin}`)
    .when(asked.direction, 'di', (direction) => `r.direction = ${direction}`)
    .when(asked.invoiceWish, 'w', (wish) => `r.invoice_wish = ${wish}`)
    .when(asked.reason, 'l', (reason) => `exists (select from charge_slip_line l where l.slip_id = r.id and l.reason = ${reason})`);
  const begin = asked.number.trim();
  return begin === '' ? where : where.startsWith('n', 'r.number', begin);
}

const REVERSES = `coalesce((select v.number from charge_slip v where v.id = r.reverses_slip_id), '')`;

const line = (key: string): string => `r.id, (${key})::text as key, json_build_object('id', r.id, 'number', coalesce(r.number, ''), 'dealerId', r.dealer_id, 'state', r.state,
  'origin', r.origin, 'grossTotal', r.gross_total::text, 'paid', r.paid, 'month', coalesce(r.month, ''), 'version', r.version, 'direction', r.direction,
  'netTotal', r.net_total::text, 'taxTotal', r.tax_total::text, 'paymentMethod', r.payment_method, 'invoiceWish', r.invoice_wish, 'reason', r.reason,
  'confirmedAt', coalesce(iso(r.confirmed_at), ''), 'reversesSlipNumber', ${REVERSES}, 'claimNumber', r.claim_number)::text as item`;

/** F-1, X-2: the slip register; a parent does not see its child's. Errors: SORT_UNKNOWN, ID_INVALID. */
export function slipRegister(request: ListChargeSlipsRequest, ctx: CallContext, page: Page): Statement {
  const { name, ...order } = registerOrder(request);
  return listStatement({
    name: `slips_${name.replace('-', '_')}`, table: 'charge_slip', order, scope: { dealers: dealerScope(ctx, { money: true }) }, where: conditions(request), page, columns: line(order.by),
  });
}

/** What they come to; drafts are counted and in no sum. */
export function slipTotals(request: SumChargeSlipsRequest, ctx: CallContext): Statement {
  const where = conditions(request);
  const dealers = dealerScope(ctx, { money: true });
  if (dealers !== EVERY_DEALER) where.add('own', (ids) => `r.dealer_id = any(${ids}::uuid[])`, dealers);
  const sum = (column: string, direction: string): string => `coalesce(sum(r.${column}) filter (where r.direction = '${direction}' and r.number is not null), 0)::numeric(20,2)::text`;
  const count = (condition: string): string => `(count(*) filter (where ${condition}))::int`;
  return {
    name: ['slip_totals', ...where.names].join('_'),
    text: `
      select ${count(`r.direction = 'charge' and r.number is not null`)} as "chargeCount", ${sum('net_total', 'charge')} as "chargeNetTotal",
             ${sum('tax_total', 'charge')} as "chargeTaxTotal", ${sum('gross_total', 'charge')} as "chargeGrossTotal",
             ${count(`r.direction = 'reimbursement' and r.number is not null`)} as "reimbursementCount", ${sum('gross_total', 'reimbursement')} as "reimbursementTotal",
             ${count(`r.state = 'draft'`)} as "draftCount"
        from charge_slip r where ${[...where.texts, 'true'].join(' and ')}`,
    values: where.values,
  };
}
