import { Body, Controller, Query } from '@nestjs/common';
import { PartsRequestService, SubstituteService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce, Create, List, Read } from '../http/endpoint.js';
import { Id } from '../http/fields.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import {
  AcceptQuoteDto, CreatePartsRequestDto, DecideEscalationDto, DeclineQuoteDto, ListPartsRequestsQuery, ReviewPartsRequestDto,
} from './parts.dto.js';

const request = PartsRequestService.method;
const substitute = SubstituteService.method;

/** The part that a line gets instead. */
export class AcceptSubstituteDto extends VersionDto {
  @Id() partId: string;
}

@Controller('parts-requests')
export class PartsRequestsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'parts-request.file', request.createPartsRequest)
  create(@Body() body: CreatePartsRequestDto): Promise<Buffer> {
    return this.bus.callJson(request.createPartsRequest, body);
  }

  @List('', 'parts-request.read', request.listPartsRequests)
  list(@Query() query: ListPartsRequestsQuery): Promise<Buffer> {
    return this.bus.callJson(request.listPartsRequests, listRequest(query));
  }

  @Read(':id', 'parts-request.read', request.getPartsRequest)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(request.getPartsRequest, { id });
  }

  @Change(':id/submit', 'parts-request.file', request.submitPartsRequest)
  submit(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(request.submitPartsRequest, { ...body, id });
  }

  @Change(':id/withdraw', 'parts-request.answer-quote', request.withdrawPartsRequest)
  withdraw(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(request.withdrawPartsRequest, { ...body, id });
  }

  @Change(':id/review', 'parts-request.review', request.reviewPartsRequest)
  review(@PathId() id: string, @Body() body: ReviewPartsRequestDto): Promise<Buffer> {
    return this.bus.callJson(request.reviewPartsRequest, { ...body, id });
  }

  @ChangeOnce(':id/accept-quote', 'parts-request.answer-quote', request.acceptQuote)
  acceptQuote(@PathId() id: string, @Body() body: AcceptQuoteDto): Promise<Buffer> {
    return this.bus.callJson(request.acceptQuote, { ...body, id });
  }

  @Change(':id/decline-quote', 'parts-request.answer-quote', request.declineQuote)
  declineQuote(@PathId() id: string, @Body() body: DeclineQuoteDto): Promise<Buffer> {
    return this.bus.callJson(request.declineQuote, { ...body, id });
  }

  @Change(':id/decide', 'parts-request.decide', request.decideEscalation)
  decide(@PathId() id: string, @Body() body: DecideEscalationDto): Promise<Buffer> {
    return this.bus.callJson(request.decideEscalation, { ...body, id });
  }

  @Change(':id/lines/:lineId/cancel', 'parts-request.cancel-line', request.cancelRequestLine)
  cancelLine(@PathId() id: string, @PathId('lineId') lineId: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(request.cancelRequestLine, { ...body, id, lineId });
  }

  @Read(':id/substitutes', 'parts-request.read', substitute.listSubstitutes)
  substitutes(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(substitute.listSubstitutes, { id });
  }

  @Change(':id/lines/:lineId/substitute', 'parts-request.substitute', substitute.acceptSubstitute)
  acceptSubstitute(@PathId() id: string, @PathId('lineId') lineId: string, @Body() body: AcceptSubstituteDto): Promise<Buffer> {
    return this.bus.callJson(substitute.acceptSubstitute, { ...body, id, lineId });
  }
}
