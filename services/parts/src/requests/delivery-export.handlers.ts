import { Controller } from '@nestjs/common';
import { PartsRequestService, type ExportDeliveriesRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, scopeValues } from '@aftercare/service';
import { requireRole } from '../actions.js';

interface Delivery {
  requestNumber: string;
  shippingNumber: string;
  deliveryAddress: string;
  createdAt: string;
}

/** The addresses of the requests for these calls and installations, and of the orders that went out for them. */
const DELIVERIES = `
  with theirs as (
    select * from parts_request
    where ($1::boolean or dealer_id = any($2::uuid[])) and (call_id = any($3::uuid[]) or installation_id = any($4::uuid[])))
  select coalesce(number, '') as "requestNumber", '' as "shippingNumber", delivery_address as "deliveryAddress", iso(created_at) as "createdAt" from theirs
  union all
  select coalesce(t.number, ''), o.number, o.delivery_address, iso(o.created_at) from theirs t join shipping_order o on o.request_id = t.id
  order by 4, 2`;

/** C-5: where parts were sent for a person, for that person. That it was asked is logged with the customer's file. */
@Controller()
export class DeliveryExport implements Pick<Handlers<typeof PartsRequestService>, 'exportDeliveries'> {
  constructor(private readonly database: Database) {}

  @Rpc(PartsRequestService.method.exportDeliveries)
  async exportDeliveries(request: ExportDeliveriesRequest, ctx: CallContext): Promise<{ items: Delivery[] }> {
    requireRole(ctx, 'request.exportDeliveries');
    const items = await this.database.many<Delivery>(ctx, {
      name: 'export_deliveries', text: DELIVERIES, values: [...scopeValues(ctx), request.callIds.filter(isId), request.installationIds.filter(isId)],
    });
    return { items };
  }
}
