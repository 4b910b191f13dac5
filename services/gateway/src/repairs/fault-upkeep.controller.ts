import { Body, Controller } from '@nestjs/common';
import { FaultUpkeepService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Read, Replace } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto } from '../http/shared.dto.js';
import { PublishFaultFamilyDto, UpdateFaultCodeDto } from './fault-upkeep.dto.js';

const upkeep = FaultUpkeepService.method;

/** Upkeep of the fault catalogue. */
@Controller('fault-codes')
export class FaultUpkeepController {
  constructor(private readonly bus: Bus) {}

  @Change('publish-family', 'fault-code.publish', upkeep.publishFaultFamily)
  publishFamily(@Body() body: PublishFaultFamilyDto): Promise<Buffer> {
    return this.bus.callJson(upkeep.publishFaultFamily, body);
  }

  @Read(':id', 'fault-code.read', upkeep.getFaultCode)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(upkeep.getFaultCode, { id });
  }

  @Replace(':id', 'fault-code.draft', upkeep.updateFaultCode)
  update(@PathId() id: string, @Body() body: UpdateFaultCodeDto): Promise<Buffer> {
    return this.bus.callJson(upkeep.updateFaultCode, { ...body, id });
  }

  @Change(':id/deactivate', 'fault-code.publish', upkeep.deactivateFaultCode)
  deactivate(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(upkeep.deactivateFaultCode, { ...body, id });
  }
}
