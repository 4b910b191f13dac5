import { Controller } from '@nestjs/common';
import { CustomerHandoverService, type CountCustomerHandoverRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, seesDealer } from '@aftercare/service';
import { COUNT } from './handover.queries.js';

/** D-1: what a termination would move, or has still to move. */
@Controller()
export class HandoverHandlers implements Handlers<typeof CustomerHandoverService> {
  constructor(private readonly database: Database) {}

  @Rpc(CustomerHandoverService.method.countCustomerHandover)
  async countCustomerHandover({ dealerId }: CountCustomerHandoverRequest, ctx: CallContext) {
    if (!isId(dealerId) || !seesDealer(ctx, dealerId)) throw notFound('dealer');
    const counted = await this.database.one<{ customers: number; units: number; appointments: number }>(ctx, { name: 'handover_count', text: COUNT, values: [dealerId] });
    return counted ?? { customers: 0, units: 0, appointments: 0 };
  }
}
