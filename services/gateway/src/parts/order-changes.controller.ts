import { Body, Controller, Query } from '@nestjs/common';
import { OrderChangeService } from '@aftercare/contracts';
import { ORDER_CHANGE_KINDS, ORDER_CHANGE_STATES } from '@aftercare/domain';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { Id, OneOf, Text, Whole } from '../http/fields.js';
import { listRequest, PageQuery, Sort } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';

const change = OrderChangeService.method;

/** A line cancelled, or with fewer pieces. */
export class AskOrderChangeDto {
  @OneOf(ORDER_CHANGE_KINDS) kind: string;
  @Whole({ min: 1, max: 100_000 }, { optional: true }) quantity?: number;
  @Text(500) reason: string;
  @Text(100, { optional: true }) askedBy?: string;
}

export class DecideOrderChangeDto extends VersionDto {
  @OneOf(['accept', 'refuse']) decision: string;
  @Text(500, { optional: true }) reason?: string;
}

export class ListOrderChangesQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(ORDER_CHANGE_STATES, { optional: true }) state?: string;
  @Id({ optional: true }) requestId?: string;
  @Sort('-createdAt') sort?: string;
}

/** Changes of what stands on a printed picking list. */
@Controller()
export class OrderChangesController {
  constructor(private readonly bus: Bus) {}

  @Create('parts-requests/:requestId/lines/:lineId/ask-change', 'order-change.ask', change.askOrderChange)
  ask(@PathId('requestId') requestId: string, @PathId('lineId') lineId: string, @Body() body: AskOrderChangeDto): Promise<Buffer> {
    return this.bus.callJson(change.askOrderChange, { ...body, requestId, lineId });
  }

  @List('order-changes', 'parts-request.read', change.listOrderChanges)
  list(@Query() query: ListOrderChangesQuery): Promise<Buffer> {
    return this.bus.callJson(change.listOrderChanges, listRequest(query));
  }

  @Read('order-changes/:id', 'parts-request.read', change.getOrderChange)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(change.getOrderChange, { id });
  }

  @Change('order-changes/:id/decide', 'order-change.decide', change.decideOrderChange)
  decide(@PathId() id: string, @Body() body: DecideOrderChangeDto): Promise<Buffer> {
    return this.bus.callJson(change.decideOrderChange, { ...body, id });
  }

  @Change('order-changes/:id/withdraw', 'order-change.ask', change.withdrawOrderChange)
  withdraw(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(change.withdrawOrderChange, { ...body, id });
  }
}
