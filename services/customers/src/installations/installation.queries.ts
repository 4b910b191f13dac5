import type { ListInstallationsRequest } from '@aftercare/contracts';
import type { CallContext } from '@aftercare/messaging';
import { Conditions, dealerScope, listStatement, pageOf, scopeValues, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { ownWorker, worksOnUnit } from '../own-work/own-work.js';

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };

const LINE = `r.id, r.created_at::text as key, json_build_object(
  'id', r.id, 'number', r.number, 'dealerId', r.dealer_id, 'serial', u.serial, 'technicianUserId', r.technician_user_id,
  'appointmentFrom', iso(r.appointment_from), 'state', r.state, 'completedOn', coalesce(r.completed_on::text, ''), 'version', r.version)::text as item`;

/** Installations, newest first; keyset (created_at, id). A technician's list is own work. */
export function listInstallations(request: ListInstallationsRequest, ctx: CallContext): Statement & { page: Page } {
  const page = pageOf(request.page, { list: 'installations', key: 'instant' });
  const where = new Conditions()
    .when(ctx.role === 'dealer_technician' ? ctx.userId : null, 'me', (me) => `r.technician_user_id = ${me}`)
    .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
    .when(request.state, 's', (state) => `r.state = ${state}`)
    .when(request.unitId, 'u', (id) => `r.unit_id = ${id}::uuid`);
  const statement = listStatement({
    name: 'installations', table: 'installation', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page,
    columns: LINE, joins: 'join product_unit u on u.id = r.unit_id',
  });
  return { page, ...statement };
}

/** The sale that an installation follows, as far as the caller may see it, a technician that of his own work; in scope but unsold answers no dealer. */
export interface SaleOfUnit {
  dealerId: string | null;
  /** The unit's product family. */
  family: string;
}

export function saleOfUnit(unitId: string, ctx: CallContext): Statement {
  return {
    name: 'installation_sale',
    text: `
      select s.dealer_id as "dealerId", m.family from product_unit u join product_model m on m.id = u.model_id
        left join unit_sale s on s.unit_id = u.id and ($1::boolean or s.dealer_id = any($2::uuid[]))
        left join unit_dispatch d on d.unit_id = u.id and ($1::boolean or d.dealer_id = any($2::uuid[]))
      where u.id = $3 and ((s.unit_id is not null and ${worksOnUnit('u.id', 's.customer_id', '$4')}) or (d.unit_id is not null and not u.sold))`,
    values: [...scopeValues(ctx), unitId, ownWorker(ctx)],
  };
}
