import { Body, Controller } from '@nestjs/common';
import { CallIntakeService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Ask, Change, Read } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import type { Proposal } from './routing-proposal.rules.js';
import { routingProposal, routingProposalAnswer } from './routing-proposal.js';
import { CorrectCallDto, FindRepeatCasesDto, ReadBackCallDto } from './intake.dto.js';

const intake = CallIntakeService.method;

/** What helps whoever takes a call. Phones stand in bodies, never in addresses, which are logged. */
@Controller('repair-calls')
export class CallIntakeController {
  constructor(private readonly bus: Bus) {}

  @Ask('repeat-cases', 'call.open', intake.findRepeatCases)
  repeatCases(@Body() body: FindRepeatCasesDto): Promise<Buffer> {
    return this.bus.callJson(intake.findRepeatCases, body);
  }

  @Ask('read-back', 'call.open', intake.readBackCall)
  readBack(@Body() body: ReadBackCallDto): Promise<Buffer> {
    return this.bus.callJson(intake.readBackCall, body);
  }

  /** To whom a call might be routed; the clerk decides. */
  @Read(':id/routing-proposal', 'call.route', routingProposalAnswer)
  routingProposal(@PathId() id: string): Promise<{ items: Proposal[] }> {
    return routingProposal(this.bus, id);
  }

  @Change(':id/correct', 'call.open', intake.correctCall)
  correct(@PathId() id: string, @Body() body: CorrectCallDto): Promise<Buffer> {
    return this.bus.callJson(intake.correctCall, { ...body, id });
  }
}
