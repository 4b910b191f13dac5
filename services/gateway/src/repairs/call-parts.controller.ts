import { Body, Controller } from '@nestjs/common';
import { Bus } from '@aftercare/messaging';
import { Create } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { RequestPartsDto } from './call-parts.dto.js';
import { partsRequestAnswer, requestParts } from './call-parts.js';

/** Parts for a call, asked for from the call. */
@Controller('repair-calls')
export class CallPartsController {
  constructor(private readonly bus: Bus) {}

  @Create(':id/request-parts', 'parts-request.file', partsRequestAnswer)
  request(@PathId() id: string, @Body() body: RequestPartsDto): Promise<Buffer> {
    return requestParts(this.bus, id, body);
  }
}
