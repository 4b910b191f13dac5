import { Body, Controller, Query, Res, StreamableFile } from '@nestjs/common';
import { Bus, invalidField } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Begin, Download, Print } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { LabelJobs } from './label-jobs.js';
import type { LabelSheet } from './label-layout.rules.js';
import { LabelJobDto, UnitLabelsQuery } from './print.dto.js';
import { Prints } from './prints.js';
import { labelSheets, startMax, unitsToLabel } from './unit-labels.js';

const SHEET_DEFAULT = '24';
const text = { type: 'string' };

/** The sheet asked for, and where it is begun. */
function setting({ sheet: wanted, start = 1 }: { sheet?: string; start?: number }): { sheet: LabelSheet; start: number } {
  const sheet = Number(wanted || SHEET_DEFAULT) as LabelSheet;
  if (start > startMax(sheet)) throw invalidField('start', 'The sheet has fewer labels.', 'LABEL_START_INVALID');
  return { sheet, start };
}

@Controller('product-units')
export class UnitLabelsController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
    private readonly jobs: LabelJobs,
  ) {}

  @Print('labels', 'unit.read')
  async labels(@Query() query: UnitLabelsQuery): Promise<StreamableFile> {
    const { ids = [], sheet, start, lang, ...filters } = query;
    const how = setting({ sheet, start });
    const units = await unitsToLabel(this.bus, { ids, filters });
    return this.prints.answer(labelSheets(units, { ...how, baseUrl: this.prints.labelUrl }, await this.prints.run({ lang })));
  }

  /** As many as are not printed at once; the job's archive is fetched under its id. */
  @Begin('labels', 'unit.read', answerOf({ id: text, service: text }))
  async begin(@Body() { sheet, start, lang, ...filters }: LabelJobDto): Promise<{ id: string; service: string }> {
    return this.jobs.begin(filters, { ...setting({ sheet, start }), lang });
  }
}

@Controller('jobs/gateway')
export class LabelFilesController {
  constructor(private readonly jobs: LabelJobs) {}

  @Download(':id/labels', 'unit.read')
  async labels(@PathId() id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const content = await this.jobs.archive(id);
    download(reply, 'application/zip', 'labels.zip');
    return new StreamableFile(content);
  }
}
