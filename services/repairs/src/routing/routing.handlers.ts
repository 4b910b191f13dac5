import { Controller } from '@nestjs/common';
import { RoutingService, type CountOpenWorkRequest } from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, scopeValues } from '@aftercare/service';

type Routing = Handlers<typeof RoutingService>;

/** What the clerk must know to route a call. */
@Controller()
export class RoutingHandlers implements Routing {
  constructor(private readonly db: Database) {}

  @Rpc(RoutingService.method.countOpenWork)
  async countOpenWork(request: CountOpenWorkRequest, ctx: CallContext): ReturnType<Routing['countOpenWork']> {
    const items = await this.db.many<{ dealerId: string; open: number; overdue: number }>(ctx, {
      name: 'open_work', text: OPEN_WORK, values: [...scopeValues(ctx), request.dealerIds.filter(isId)],
    });
    return { items };
  }
}

const OPEN_WORK = `
  select dealer_id as "dealerId", count(*)::int as open, count(*) filter (where due_at <= business_now())::int as overdue from repair_call
  where state in ('received', 'assigned', 'on_site') and dealer_id = any($3::uuid[]) and ($1::boolean or dealer_id = any($2::uuid[]))
  group by dealer_id`;
