import { Body, Controller, Query } from '@nestjs/common';
import { CountObjectionService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { DecideCountObjectionDto, ListCountObjectionsQuery, ObjectToCountDto } from './count-objections.dto.js';

const objection = CountObjectionService.method;

/** Objections to what was counted of a return. */
@Controller()
export class CountObjectionsController {
  constructor(private readonly bus: Bus) {}

  @Create('returns/:parcelId/object', 'return.object', objection.objectToCount)
  object(@PathId('parcelId') parcelId: string, @Body() body: ObjectToCountDto): Promise<Buffer> {
    return this.bus.callJson(objection.objectToCount, { ...body, parcelId });
  }

  @List('count-objections', 'return.read', objection.listCountObjections)
  list(@Query() query: ListCountObjectionsQuery): Promise<Buffer> {
    return this.bus.callJson(objection.listCountObjections, listRequest(query));
  }

  @Read('count-objections/:id', 'return.read', objection.getCountObjection)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(objection.getCountObjection, { id });
  }

  @ChangeOnce('count-objections/:id/decide', 'return.decide-objection', objection.decideCountObjection)
  decide(@PathId() id: string, @Body() body: DecideCountObjectionDto): Promise<Buffer> {
    return this.bus.callJson(objection.decideCountObjection, { ...body, id });
  }

  @Change('count-objections/:id/withdraw', 'return.object', objection.withdrawCountObjection)
  withdraw(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(objection.withdrawCountObjection, { ...body, id });
  }
}
