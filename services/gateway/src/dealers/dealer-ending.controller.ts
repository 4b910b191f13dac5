import { Body, Controller } from '@nestjs/common';
import { CallHandoverSchema, CallHandoverService, CustomerHandoverSchema, CustomerHandoverService, DealerService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, messageRef, Read } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { NameSuccessorDto, TerminateDealerDto } from './dealers.dto.js';

const dealer = DealerService.method;

/** What the services know of what a termination moves. */
const handoverAnswer = {
  allOf: [messageRef(CustomerHandoverSchema), messageRef(CallHandoverSchema), answerOf({ subDealers: { type: 'integer' } })],
};

/** D-1: the end of an agreement, and what goes over to the successor. */
@Controller('dealers')
export class DealerEndingController {
  constructor(private readonly bus: Bus) {}

  @Change(':id/terminate', 'dealer.decide', dealer.terminateDealer)
  terminate(@PathId() id: string, @Body() body: TerminateDealerDto): Promise<Buffer> {
    return this.bus.callJson(dealer.terminateDealer, { ...body, id });
  }

  @Change(':id/name-successor', 'dealer.decide', dealer.nameSuccessor)
  nameSuccessor(@PathId() id: string, @Body() body: NameSuccessorDto): Promise<Buffer> {
    return this.bus.callJson(dealer.nameSuccessor, { ...body, id });
  }

  /** Before the end what it would move, afterwards what has still to go. First the dealer, so that a missing one is not found. */
  @Read(':id/handover', 'dealer.handover', handoverAnswer)
  async handover(@PathId() id: string): Promise<object> {
    const { childIds } = await this.bus.call(dealer.getDealerStanding, { id });
    const [customers, calls] = await Promise.all([
      this.bus.call(CustomerHandoverService.method.countCustomerHandover, { dealerId: id }),
      this.bus.call(CallHandoverService.method.countCallHandover, { dealerId: id }),
    ]);
    const { customers: files, units, appointments } = customers;
    const { openCalls, dueReports } = calls;
    return { customers: files, units, appointments, openCalls, dueReports, subDealers: childIds.length };
  }
}
