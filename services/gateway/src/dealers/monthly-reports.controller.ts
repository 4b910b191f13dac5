import { Body, Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { DutyService, PastInstallationService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Change, ChangeOnce, Create, Download, List, Read, Upload } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { readUpload } from '../http/upload.js';
import { pastInstallationForm } from '../imports/import-forms.js';
import { ImportTemplates } from '../imports/import-templates.js';
import { ImportQuery } from '../imports/imports.controller.js';
import { SheetImports } from '../imports/sheet-imports.js';
import {
  AddInstallationDto, AmendReportDto, CorrectReportDto, ListDutiesQuery, ListMonthlyReportsQuery, ListReportLinesQuery, SubmitReportDto,
} from './monthly-reports.dto.js';

const duty = DutyService.method;
const past = PastInstallationService.method;
const text = { type: 'string' };
type Days = Record<'firstDay' | 'lastDay', string>;

/** D-7: the monthly reports. What is added to one is asked of `dealers` first: whose it is, and for which days. */
@Controller('monthly-reports')
export class MonthlyReportsController {
  constructor(
    private readonly bus: Bus,
    private readonly imports: SheetImports,
    private readonly templates: ImportTemplates,
  ) {}

  @List('', 'report.read', duty.listMonthlyReports)
  list(@Query() query: ListMonthlyReportsQuery): Promise<Buffer> {
    return this.bus.callJson(duty.listMonthlyReports, listRequest(query));
  }

  @Download('installations/template', 'report.add')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, `${pastInstallationForm.name}.xlsx`);
    return new StreamableFile(await this.templates.of(pastInstallationForm));
  }

  @Read(':id', 'report.read', duty.getMonthlyReport)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(duty.getMonthlyReport, { id });
  }

  @List(':id/lines', 'report.read', duty.listMonthlyReportLines)
  lines(@PathId() id: string, @Query() query: ListReportLinesQuery): Promise<Buffer> {
    return this.bus.callJson(duty.listMonthlyReportLines, { ...listRequest(query), id });
  }

  @Change(':id/correct', 'report.submit', duty.correctMonthlyReport)
  correct(@PathId() id: string, @Body() body: CorrectReportDto): Promise<Buffer> {
    return this.bus.callJson(duty.correctMonthlyReport, { ...body, id });
  }

  @Change(':id/submit', 'report.submit', duty.submitMonthlyReport)
  submit(@PathId() id: string, @Body() body: SubmitReportDto): Promise<Buffer> {
    return this.bus.callJson(duty.submitMonthlyReport, { ...body, id });
  }

  @ChangeOnce(':id/amend', 'report.submit', duty.amendMonthlyReport)
  amend(@PathId() id: string, @Body() body: AmendReportDto): Promise<Buffer> {
    return this.bus.callJson(duty.amendMonthlyReport, { ...body, id });
  }

  /** Creates customer, sale and installation, or what of them is missing; the report takes it in when it is told. */
  @Create(':id/installations', 'report.add', past.registerPastInstallation)
  async addInstallation(@PathId() id: string, @Body() body: AddInstallationDto): Promise<Buffer> {
    return this.bus.callJson(past.registerPastInstallation, { ...body, ...(await this.scope(id)) });
  }

  /** The same from a sheet: a job of `customers`, all or nothing. The report is looked at before the file. */
  @Upload(':id/installations/import', 'report.add', answerOf({ id: text, service: text }), 202)
  async importInstallations(
    @PathId() id: string, @Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery,
  ): Promise<{ id: string; service: string }> {
    const options = await this.scope(id);
    return this.imports.begin(pastInstallationForm, await readUpload(request), { dryRun, options });
  }

  /** Whose report it is and which days it is for. Errors: NOT_FOUND, ADDITION_NOT_HERE. */
  private async scope(id: string): Promise<{ dealerId: string; month: string; activeDays: Days[]; servingDays: Days[] }> {
    const { dealerId, month, activeDays, servingDays } = await this.bus.call(duty.getAdditionScope, { id });
    return { dealerId, month, activeDays: activeDays.map(daysOf), servingDays: servingDays.map(daysOf) };
  }
}

const daysOf = ({ firstDay, lastDay }: Days): Days => ({ firstDay, lastDay });

@Controller('duties')
export class DutiesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'duty.read', duty.listDuties)
  list(@Query() query: ListDutiesQuery): Promise<Buffer> {
    return this.bus.callJson(duty.listDuties, listRequest(query));
  }
}
