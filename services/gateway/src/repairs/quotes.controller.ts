import { Body, Controller } from '@nestjs/common';
import { CallQuoteService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { AnswerQuoteDto, QuoteFeesDto } from './quotes.dto.js';

const quote = CallQuoteService.method;

/** What a repair costs the customer, agreed before the work. */
@Controller('repair-calls')
export class CallQuotesController {
  constructor(private readonly bus: Bus) {}

  @ChangeOnce(':id/quote', 'call.quote', quote.quoteFees)
  quote(@PathId() id: string, @Body() body: QuoteFeesDto): Promise<Buffer> {
    return this.bus.callJson(quote.quoteFees, { ...body, id });
  }

  @Change(':id/answer-quote', 'call.quote', quote.answerQuote)
  answer(@PathId() id: string, @Body() body: AnswerQuoteDto): Promise<Buffer> {
    return this.bus.callJson(quote.answerQuote, { ...body, id });
  }
}
