import { Body, Controller, Query } from '@nestjs/common';
import { ObligationService, ReturnService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { AnnounceReturnDto, ArrivedDto, CountReturnDto, ListObligationsQuery, ListReturnsQuery, SendReturnDto } from './parts.dto.js';

const obligation = ObligationService.method;
const parcel = ReturnService.method;

@Controller('obligations')
export class ObligationsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'obligation.read', obligation.listObligations)
  list(@Query() query: ListObligationsQuery): Promise<string> {
    return this.bus.callText(obligation.listObligations, listRequest(query));
  }

  @Read(':id/why', 'obligation.read', obligation.explainObligation)
  why(@PathId() id: string): Promise<string> {
    return this.bus.callText(obligation.explainObligation, { id });
  }
}

@Controller('returns')
export class ReturnsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'return.announce', parcel.announceReturn)
  announce(@Body() body: AnnounceReturnDto): Promise<string> {
    return this.bus.callText(parcel.announceReturn, body);
  }

  @List('', 'return.read', parcel.listReturns)
  list(@Query() query: ListReturnsQuery): Promise<string> {
    return this.bus.callText(parcel.listReturns, listRequest(query));
  }

  @Read(':id', 'return.read', parcel.getReturn)
  get(@PathId() id: string): Promise<string> {
    return this.bus.callText(parcel.getReturn, { id });
  }

  @Change(':id/send', 'return.announce', parcel.sendReturn)
  send(@PathId() id: string, @Body() body: SendReturnDto): Promise<string> {
    return this.bus.callText(parcel.sendReturn, { ...body, id });
  }

  @Change(':id/transit', 'return.handle', parcel.transitReturn)
  transit(@PathId() id: string, @Body() body: ArrivedDto): Promise<string> {
    return this.bus.callText(parcel.transitReturn, { ...body, id });
  }

  @Change(':id/receive', 'return.handle', parcel.receiveReturn)
  receive(@PathId() id: string, @Body() body: ArrivedDto): Promise<string> {
    return this.bus.callText(parcel.receiveReturn, { ...body, id });
  }

  @Change(':id/count', 'return.handle', parcel.countReturn)
  count(@PathId() id: string, @Body() body: CountReturnDto): Promise<string> {
    return this.bus.callText(parcel.countReturn, { ...body, id });
  }
}
