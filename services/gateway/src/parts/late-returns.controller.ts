import { Body, Controller, Query } from '@nestjs/common';
import { LateReturnService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, List } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { ListLateReturnsQuery, SendBackLateReturnDto } from './stocktakes.dto.js';

const late = LateReturnService.method;

@Controller('late-returns')
export class LateReturnsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'late-return.read', late.listLateReturns)
  list(@Query() query: ListLateReturnsQuery): Promise<Buffer> {
    return this.bus.callJson(late.listLateReturns, listRequest(query));
  }

  @ChangeOnce(':id/reverse', 'late-return.reverse', late.reverseLateReturn)
  reverse(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(late.reverseLateReturn, { ...body, id });
  }

  @Change(':id/send-back', 'late-return.send-back', late.sendBackLateReturn)
  sendBack(@PathId() id: string, @Body() body: SendBackLateReturnDto): Promise<Buffer> {
    return this.bus.callJson(late.sendBackLateReturn, { ...body, id });
  }
}
