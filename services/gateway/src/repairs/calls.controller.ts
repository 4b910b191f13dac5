import { Body, Controller, Query } from '@nestjs/common';
import { CallService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Ask, Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { AskedDto, ReasonedDto, RevealDto, VersionDto } from '../http/shared.dto.js';
import { AssignCallDto, ConfirmCallDto, ListCallsQuery, MarkSpecialDto, OpenCallDto, RecordRepairDto, RouteCallDto } from './repairs.dto.js';

const call = CallService.method;

@Controller('repair-calls')
export class CallsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'call.open', call.openCall)
  open(@Body() body: OpenCallDto): Promise<Buffer> {
    return this.bus.callJson(call.openCall, body);
  }

  @List('', 'call.read', call.listCalls)
  list(@Query() query: ListCallsQuery): Promise<Buffer> {
    return this.bus.callJson(call.listCalls, listRequest(query));
  }

  @Read(':id', 'call.read', call.getCall)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(call.getCall, { id });
  }

  @Ask(':id/reveal', 'call.reveal', call.revealCall)
  reveal(@PathId() id: string, @Body() body: RevealDto): Promise<Buffer> {
    return this.bus.callJson(call.revealCall, { ...body, id });
  }

  @Change(':id/route', 'call.route', call.routeCall)
  route(@PathId() id: string, @Body() body: RouteCallDto): Promise<Buffer> {
    return this.bus.callJson(call.routeCall, { ...body, id });
  }

  @Change(':id/assign', 'call.assign', call.assignCall)
  assign(@PathId() id: string, @Body() body: AssignCallDto): Promise<Buffer> {
    return this.bus.callJson(call.assignCall, { ...body, id });
  }

  @Change(':id/arrive', 'call.work', call.arriveCall)
  arrive(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(call.arriveCall, { ...body, id });
  }

  @Change(':id/hand-back', 'call.work', call.handBackCall)
  handBack(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(call.handBackCall, { ...body, id });
  }

  @Change(':id/extend', 'call.special', call.markSpecial)
  extend(@PathId() id: string, @Body() body: MarkSpecialDto): Promise<Buffer> {
    return this.bus.callJson(call.markSpecial, { ...body, id });
  }

  @Change(':id/strike-special', 'call.strike-special', call.strikeSpecial)
  strikeSpecial(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(call.strikeSpecial, { ...body, id });
  }

  @Change(':id/record', 'call.record', call.recordRepair)
  record(@PathId() id: string, @Body() body: RecordRepairDto): Promise<Buffer> {
    return this.bus.callJson(call.recordRepair, { ...body, id });
  }

  @Change(':id/confirmation-link', 'call.link', call.createConfirmationLink)
  confirmationLink(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(call.createConfirmationLink, { id });
  }

  @Change(':id/confirm', 'call.confirm', call.confirmCall)
  confirm(@PathId() id: string, @Body() body: ConfirmCallDto): Promise<Buffer> {
    return this.bus.callJson(call.confirmCall, { ...body, id });
  }

  @Change(':id/refuse', 'call.confirm', call.refuseCall)
  refuse(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(call.refuseCall, { ...body, id });
  }

  @Change(':id/file', 'call.file', call.fileCall)
  file(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(call.fileCall, { ...body, id });
  }

  @Change(':id/cancel', 'call.cancel', call.cancelCall)
  cancel(@PathId() id: string, @Body() body: AskedDto): Promise<Buffer> {
    return this.bus.callJson(call.cancelCall, { ...body, id });
  }

  @Change(':id/reopen', 'call.cancel', call.reopenCall)
  reopen(@PathId() id: string, @Body() body: AskedDto): Promise<Buffer> {
    return this.bus.callJson(call.reopenCall, { ...body, id });
  }
}
