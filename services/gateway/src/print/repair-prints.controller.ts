import { Body, Controller, Query, type StreamableFile } from '@nestjs/common';
import { CallService, QualityReportService, type RepairCall } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Attachments } from '../attachments/attachments.js';
import { Print, PrintRevealed } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { RevealDto } from '../http/shared.dto.js';
import { CampaignLetterController } from './campaign-letter.controller.js';
import { maskedPersonal, type Personal } from './personal.js';
import { RecordPrintQuery } from './print.dto.js';
import { Prints } from './prints.js';
import { qualityReport } from './quality-report.js';
import { repairRecord } from './repair-record.js';

const call = CallService.method;

/** C-5: a GET prints masked, also for the call's own technician; a POST with a reason prints the plain values and is logged as a reveal. */
@Controller('repair-calls')
export class RepairRecordPrintController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @Print(':id/print', 'call.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    const found = await this.bus.call(call.getCall, { id });
    const { contactName: name, contactPhone, addressDetail: address } = found;
    return this.paper(found, maskedPersonal({ name, phones: [contactPhone], address }), query);
  }

  @PrintRevealed(':id/print', 'call.reveal')
  async printRevealed(@PathId() id: string, @Query() query: RecordPrintQuery, @Body() { reason }: RevealDto): Promise<StreamableFile> {
    const found = await this.bus.call(call.getCall, { id });
    const { contactName: name, contactPhone, addressDetail: address } = await this.bus.call(call.revealCall, { id, reason: `print: ${reason}` });
    return this.paper(found, { name, phones: [contactPhone], address, plain: true }, query);
  }

  private async paper(found: RepairCall, personal: Personal, query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await repairRecord(this.bus, found, personal, await this.prints.run(query)));
  }
}

@Controller('quality-reports')
export class QualityReportPrintController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
    private readonly attachments: Attachments,
  ) {}

  @Print(':id/print', 'quality-report.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    const report = await this.bus.call(QualityReportService.method.getQualityReport, { id });
    return this.prints.answer(await qualityReport(this.bus, report, this.attachments, await this.prints.run(query)));
  }
}

export const repairPrintControllers = [RepairRecordPrintController, QualityReportPrintController, CampaignLetterController];
