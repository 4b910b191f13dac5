import { Body, Controller, Query } from '@nestjs/common';
import { UnannouncedReturnService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Create, Read } from '../http/endpoint.js';
import { Id, Text } from '../http/fields.js';

const unannounced = UnannouncedReturnService.method;

/** A parcel without announcement: its dealer by a number on the label, or named. */
export class ReceiveUnannouncedDto {
  @Id() warehouseId: string;
  @Text(60, { optional: true }) label?: string;
  @Id({ optional: true }) dealerId?: string;
  @Text(60, { optional: true }) carrier?: string;
  @Text(60, { optional: true }) waybillNumber?: string;
}

export class ReturnLabelQuery {
  @Text(60) label: string;
}

/** Parcels that nobody announced. */
@Controller()
export class UnannouncedReturnsController {
  constructor(private readonly bus: Bus) {}

  @Read('return-labels', 'return.handle', unannounced.findReturnByLabel)
  find(@Query() query: ReturnLabelQuery): Promise<Buffer> {
    return this.bus.callJson(unannounced.findReturnByLabel, query);
  }

  @Create('returns/receive-unannounced', 'return.handle', unannounced.receiveUnannounced)
  receive(@Body() body: ReceiveUnannouncedDto): Promise<Buffer> {
    return this.bus.callJson(unannounced.receiveUnannounced, body);
  }
}
