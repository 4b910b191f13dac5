import { Body, Controller, Query } from '@nestjs/common';
import { SupportService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { AnswerSupportQuestionDto, ListSupportQuestionsQuery, RequestSupportDto } from './support.dto.js';

const support = SupportService.method;

/** A dealer asks the manufacturer for help on a call. */
@Controller('repair-calls')
export class CallSupportController {
  constructor(private readonly bus: Bus) {}

  @Create(':id/request-support', 'support.ask', support.requestSupport)
  ask(@PathId() id: string, @Body() body: RequestSupportDto): Promise<Buffer> {
    return this.bus.callJson(support.requestSupport, { ...body, id });
  }
}

/** The questions of all calls. */
@Controller('support-questions')
export class SupportQuestionsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'support.read', support.listSupportQuestions)
  list(@Query() query: ListSupportQuestionsQuery): Promise<Buffer> {
    return this.bus.callJson(support.listSupportQuestions, listRequest(query));
  }

  @Read(':id', 'support.read', support.getSupportQuestion)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(support.getSupportQuestion, { id });
  }

  @Change(':id/answer', 'support.answer', support.answerSupportQuestion)
  answer(@PathId() id: string, @Body() body: AnswerSupportQuestionDto): Promise<Buffer> {
    return this.bus.callJson(support.answerSupportQuestion, { ...body, id });
  }
}
