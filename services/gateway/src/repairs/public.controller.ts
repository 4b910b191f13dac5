import { Body, Controller, Param } from '@nestjs/common';
import { CallService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Read } from '../http/endpoint.js';
import { AnswerConfirmationDto } from './repairs.dto.js';

const call = CallService.method;

/** What a customer reaches through a one-time link, without an account: the link itself is the right. */
@Controller('public/confirmations')
export class PublicConfirmationsController {
  constructor(private readonly bus: Bus) {}

  @Read(':token', 'public.confirmation', call.getPublicCall)
  get(@Param('token') token: string): Promise<Buffer> {
    return this.bus.callJson(call.getPublicCall, { token });
  }

  @Change(':token', 'public.confirmation', call.answerConfirmationLink)
  answer(@Param('token') token: string, @Body() body: AnswerConfirmationDto): Promise<Buffer> {
    return this.bus.callJson(call.answerConfirmationLink, { ...body, token });
  }
}
