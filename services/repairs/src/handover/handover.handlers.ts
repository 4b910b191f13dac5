import { Controller } from '@nestjs/common';
import { CallHandoverService, type CountCallHandoverRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, seesDealer } from '@aftercare/service';
import { OPEN_AT_DEALER } from '../calls/call.rules.js';

/** D-1: what a termination would move, or has still to move. */
@Controller()
export class HandoverHandlers implements Handlers<typeof CallHandoverService> {
  constructor(private readonly db: Database) {}

  @Rpc(CallHandoverService.method.countCallHandover)
  async countCallHandover({ dealerId }: CountCallHandoverRequest, ctx: CallContext) {
    if (!isId(dealerId) || !seesDealer(ctx, dealerId)) throw notFound('dealer');
    const counted = await this.db.one<{ openCalls: number; dueReports: number }>(ctx, { name: 'handover_count', text: COUNT, values: [dealerId, [...OPEN_AT_DEALER]] });
    return counted ?? { openCalls: 0, dueReports: 0 };
  }
}

const COUNT = `
  select (select count(*)::int from repair_call where dealer_id = $1 and state = any($2::text[])) as "openCalls",
    (select count(*)::int from quality_report where dealer_id = $1 and state = 'due') as "dueReports"`;
