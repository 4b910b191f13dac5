import { Controller, Query, type StreamableFile } from '@nestjs/common';
import { Bus } from '@aftercare/messaging';
import { Print } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { partsRequestForm } from './parts-request-form.js';
import { pickingForm } from './picking-form.js';
import { RecordPrintQuery, ReturnLabelQuery } from './print.dto.js';
import { Prints } from './prints.js';
import { returnLabels } from './return-label.js';
import { shippingForm } from './shipping-form.js';

@Controller('parts-requests')
export class PartsRequestPrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/print', 'parts-request.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await partsRequestForm(this.bus, id, await this.prints.run(query)));
  }
}

/** P-10: the POST locks the order, the GET is its paper. */
@Controller('picking-orders')
export class PickingPrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/print', 'picking.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await pickingForm(this.bus, id, await this.prints.run(query)));
  }
}

@Controller('shipping-orders')
export class ShippingPrintController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/print', 'shipping.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await shippingForm(this.bus, id, await this.prints.run(query)));
  }
}

@Controller('returns')
export class ReturnLabelController {
  constructor(private readonly bus: Bus, private readonly prints: Prints) {}

  @Print(':id/label', 'return.read')
  async label(@PathId() id: string, @Query() { lang, copies = 1, start = 1 }: ReturnLabelQuery): Promise<StreamableFile> {
    return this.prints.answer(await returnLabels(this.bus, id, { copies, start }, await this.prints.run({ lang })));
  }
}

export const partsPrintControllers = [PartsRequestPrintController, PickingPrintController, ShippingPrintController, ReturnLabelController];
