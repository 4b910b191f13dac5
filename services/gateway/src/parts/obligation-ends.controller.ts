import { Body, Controller } from '@nestjs/common';
import { ObligationEndService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, ChangeOnce } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { ChargeObligationDto, ExcuseObligationDto, ExtendObligationDto } from './obligation-ends.dto.js';

const end = ObligationEndService.method;

@Controller('obligations')
export class ObligationEndsController {
  constructor(private readonly bus: Bus) {}

  @Change(':id/excuse', 'obligation.excuse', end.excuseObligation)
  excuse(@PathId() id: string, @Body() body: ExcuseObligationDto): Promise<Buffer> {
    return this.bus.callJson(end.excuseObligation, { ...body, id });
  }

  @Change(':id/extend', 'obligation.excuse', end.extendObligation)
  extend(@PathId() id: string, @Body() body: ExtendObligationDto): Promise<Buffer> {
    return this.bus.callJson(end.extendObligation, { ...body, id });
  }

  @ChangeOnce(':id/charge', 'obligation.charge', end.chargeObligation)
  charge(@PathId() id: string, @Body() body: ChargeObligationDto): Promise<Buffer> {
    return this.bus.callJson(end.chargeObligation, { ...body, id });
  }
}
