import { Body, Controller } from '@nestjs/common';
import { CallVisitService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { HandOverCallDto, RescheduleCallDto } from './visits.dto.js';

const visit = CallVisitService.method;

/** Appointments of a call and who goes there. */
@Controller('repair-calls')
export class CallVisitsController {
  constructor(private readonly bus: Bus) {}

  @Change(':id/reschedule', 'call.work', visit.rescheduleCall)
  reschedule(@PathId() id: string, @Body() body: RescheduleCallDto): Promise<Buffer> {
    return this.bus.callJson(visit.rescheduleCall, { ...body, id });
  }

  @Change(':id/hand-over', 'call.work', visit.handOverCall)
  handOver(@PathId() id: string, @Body() body: HandOverCallDto): Promise<Buffer> {
    return this.bus.callJson(visit.handOverCall, { ...body, id });
  }
}
