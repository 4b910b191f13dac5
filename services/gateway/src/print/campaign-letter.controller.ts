import { Body, Controller, Query, type StreamableFile } from '@nestjs/common';
import { CustomerService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Print, PrintRevealed } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { RevealDto } from '../http/shared.dto.js';
import { campaignLetter, writtenTo } from './campaign-letter.js';
import { maskedPersonal, revealedPersonal } from './personal.js';
import { PrintQuery } from './print.dto.js';
import { Prints } from './prints.js';

/** C-5: a GET prints masked; a POST with a reason prints name and address, to be sent, and is logged as a reveal. */
@Controller('campaign-units')
export class CampaignLetterController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @Print(':id/letter', 'campaign.read')
  async print(@PathId() id: string, @Query() query: PrintQuery): Promise<StreamableFile> {
    const unit = await writtenTo(this.bus, id);
    const { name, phones, addressDetail: address } = await this.bus.call(CustomerService.method.getCustomer, { id: unit.customerId });
    return this.prints.answer(await campaignLetter(this.bus, unit, maskedPersonal({ name, phones, address }), await this.prints.run(query)));
  }

  @PrintRevealed(':id/letter', 'customer.reveal')
  async printRevealed(@PathId() id: string, @Query() query: PrintQuery, @Body() { reason }: RevealDto): Promise<StreamableFile> {
    const unit = await writtenTo(this.bus, id);
    const personal = await revealedPersonal(this.bus, unit.customerId, reason);
    return this.prints.answer(await campaignLetter(this.bus, unit, personal, await this.prints.run(query)));
  }
}
