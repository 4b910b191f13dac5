import { Controller, Query } from '@nestjs/common';
import { CallClockService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Read } from '../http/endpoint.js';
import { Id } from '../http/fields.js';

const clocks = CallClockService.method;

export class CompareClocksQuery {
  @Id({ optional: true }) cursor?: string;
}

/** The proof of the clocks of all calls, some at a time: each is derived anew from the call's list of events. */
@Controller('call-clocks')
export class CallClocksController {
  constructor(private readonly bus: Bus) {}

  @Read('compare', 'call-clock.compare', clocks.compareClocks)
  compare(@Query() { cursor = '' }: CompareClocksQuery): Promise<Buffer> {
    return this.bus.callJson(clocks.compareClocks, { cursor });
  }
}
