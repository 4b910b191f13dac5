import { Body, Controller, Query } from '@nestjs/common';
import { FaultCatalogueService, QualityReportService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { CreateFaultCodeDto, ListFaultCodesQuery, ListQualityReportsQuery, SubmitQualityReportDto } from './repairs.dto.js';

const fault = FaultCatalogueService.method;
const report = QualityReportService.method;

@Controller('fault-codes')
export class FaultCodesController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'fault-code.draft', fault.createFaultCode)
  create(@Body() body: CreateFaultCodeDto): Promise<Buffer> {
    return this.bus.callJson(fault.createFaultCode, body);
  }

  @List('', 'fault-code.read', fault.listFaultCodes)
  list(@Query() query: ListFaultCodesQuery): Promise<Buffer> {
    return this.bus.callJson(fault.listFaultCodes, listRequest(query));
  }

  @Change(':id/publish', 'fault-code.publish', fault.publishFaultCode)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(fault.publishFaultCode, { ...body, id });
  }
}

@Controller('quality-reports')
export class QualityReportsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'quality-report.read', report.listQualityReports)
  list(@Query() query: ListQualityReportsQuery): Promise<Buffer> {
    return this.bus.callJson(report.listQualityReports, listRequest(query));
  }

  @Read(':id', 'quality-report.read', report.getQualityReport)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(report.getQualityReport, { id });
  }

  @Change(':id/submit', 'quality-report.submit', report.submitQualityReport)
  submit(@PathId() id: string, @Body() body: SubmitQualityReportDto): Promise<Buffer> {
    return this.bus.callJson(report.submitQualityReport, { ...body, id });
  }
}
