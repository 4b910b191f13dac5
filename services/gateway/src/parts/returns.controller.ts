import { Body, Controller, Query } from '@nestjs/common';
import { ObligationService, ReturnService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { AnnounceReturnDto, ArrivedDto, CountReturnDto, ListObligationsQuery, ListReturnsQuery, SendReturnDto } from './parts.dto.js';

const obligation = ObligationService.method;
const parcel = ReturnService.method;

@Controller('obligations')
export class ObligationsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'obligation.read', obligation.listObligations)
  list(@Query() query: ListObligationsQuery): Promise<Buffer> {
    return this.bus.callJson(obligation.listObligations, listRequest(query));
  }

  @Read(':id/why', 'obligation.read', obligation.explainObligation)
  why(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(obligation.explainObligation, { id });
  }
}

@Controller('returns')
export class ReturnsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'return.announce', parcel.announceReturn)
  announce(@Body() body: AnnounceReturnDto): Promise<Buffer> {
    return this.bus.callJson(parcel.announceReturn, body);
  }

  @List('', 'return.read', parcel.listReturns)
  list(@Query() query: ListReturnsQuery): Promise<Buffer> {
    return this.bus.callJson(parcel.listReturns, listRequest(query));
  }

  @Read(':id', 'return.read', parcel.getReturn)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(parcel.getReturn, { id });
  }

  @Change(':id/send', 'return.announce', parcel.sendReturn)
  send(@PathId() id: string, @Body() body: SendReturnDto): Promise<Buffer> {
    return this.bus.callJson(parcel.sendReturn, { ...body, id });
  }

  @Change(':id/cancel', 'return.announce', parcel.cancelReturn)
  cancel(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(parcel.cancelReturn, { ...body, id });
  }

  @Change(':id/transit', 'return.handle', parcel.transitReturn)
  transit(@PathId() id: string, @Body() body: ArrivedDto): Promise<Buffer> {
    return this.bus.callJson(parcel.transitReturn, { ...body, id });
  }

  @Change(':id/pass-on', 'return.handle', parcel.passOnReturn)
  passOn(@PathId() id: string, @Body() body: SendReturnDto): Promise<Buffer> {
    return this.bus.callJson(parcel.passOnReturn, { ...body, id });
  }

  @Change(':id/receive', 'return.handle', parcel.receiveReturn)
  receive(@PathId() id: string, @Body() body: ArrivedDto): Promise<Buffer> {
    return this.bus.callJson(parcel.receiveReturn, { ...body, id });
  }

  @Change(':id/count', 'return.handle', parcel.countReturn)
  count(@PathId() id: string, @Body() body: CountReturnDto): Promise<Buffer> {
    return this.bus.callJson(parcel.countReturn, { ...body, id });
  }
}
