import { Body, Controller, Query } from '@nestjs/common';
import { SpotCheckService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { CloseSpotCheckDto, DrawSpotCheckDto, ListSpotChecksQuery, ScoreSpotCheckItemDto } from './spot-checks.dto.js';

const check = SpotCheckService.method;

/** Samples of filed records that are checked with the customer. */
@Controller('spot-checks')
export class SpotChecksController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'spot-check.change', check.drawSpotCheck)
  draw(@Body() body: DrawSpotCheckDto): Promise<Buffer> {
    return this.bus.callJson(check.drawSpotCheck, body);
  }

  @List('', 'spot-check.read', check.listSpotChecks)
  list(@Query() query: ListSpotChecksQuery): Promise<Buffer> {
    return this.bus.callJson(check.listSpotChecks, listRequest(query));
  }

  @Read(':id', 'spot-check.read', check.getSpotCheck)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(check.getSpotCheck, { id });
  }

  @Change(':id/items/:itemId/score', 'spot-check.change', check.scoreSpotCheckItem)
  score(@PathId() id: string, @PathId('itemId') itemId: string, @Body() body: ScoreSpotCheckItemDto): Promise<Buffer> {
    return this.bus.callJson(check.scoreSpotCheckItem, { ...body, id, itemId });
  }

  @Change(':id/close', 'spot-check.change', check.closeSpotCheck)
  close(@PathId() id: string, @Body() body: CloseSpotCheckDto): Promise<Buffer> {
    return this.bus.callJson(check.closeSpotCheck, { ...body, id });
  }

  @Change(':id/acknowledge', 'spot-check.acknowledge', check.acknowledgeSpotCheck)
  acknowledge(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(check.acknowledgeSpotCheck, { id });
  }
}
