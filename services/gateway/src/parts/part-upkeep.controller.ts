import { Body, Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { PartUpkeepService } from '@aftercare/contracts';
import { Bus, invalidField } from '@aftercare/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { answerOf } from '../auth/auth.schemas.js';
import { Download, List, Print, Read, Replace, Upload } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { SHEET_TYPE } from '../http/sheet.js';
import { readUpload } from '../http/upload.js';
import { partFitForm, partForm } from '../imports/import-forms.js';
import { ImportTemplates } from '../imports/import-templates.js';
import { ImportQuery } from '../imports/imports.controller.js';
import { SheetImports } from '../imports/sheet-imports.js';
import type { LabelSheet } from '../print/label-layout.rules.js';
import { partLabelSheets, partsToLabel } from '../print/part-labels.js';
import { Prints } from '../print/prints.js';
import { startMax } from '../print/unit-labels.js';
import { ChangePartDto, ListModelPartsQuery, PartLabelsQuery, SetMinimumStockDto, SetPartModelsDto, SetPartPhotosDto } from './part-upkeep.dto.js';

const upkeep = PartUpkeepService.method;
const begun = answerOf({ id: { type: 'string' }, service: { type: 'string' } });
const SHEET_DEFAULT = '24';

/** A part beyond its first entry. */
@Controller('parts')
export class PartUpkeepController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @Print('labels', 'part.label')
  async labels(@Query() query: PartLabelsQuery): Promise<StreamableFile> {
    const { sheet: wanted, start = 1, copies = 1, lang, ids = [], ...filters } = query;
    const sheet = Number(wanted || SHEET_DEFAULT) as LabelSheet;
    if (start > startMax(sheet)) throw invalidField('start', 'The sheet has fewer labels.', 'LABEL_START_INVALID');
    const parts = await partsToLabel(this.bus, { ids, filters, copies });
    return this.prints.answer(partLabelSheets(parts, { sheet, start }, await this.prints.run({ lang })));
  }

  @Replace(':id', 'part.change', upkeep.changePart)
  change(@PathId() id: string, @Body() body: ChangePartDto): Promise<Buffer> {
    return this.bus.callJson(upkeep.changePart, { ...body, id });
  }

  @Replace(':id/models', 'part.change', upkeep.setPartModels)
  models(@PathId() id: string, @Body() body: SetPartModelsDto): Promise<Buffer> {
    return this.bus.callJson(upkeep.setPartModels, { ...body, id });
  }

  @Replace(':id/photos', 'part.change', upkeep.setPartPhotos)
  photos(@PathId() id: string, @Body() body: SetPartPhotosDto): Promise<Buffer> {
    return this.bus.callJson(upkeep.setPartPhotos, { ...body, id });
  }

  @Replace(':id/minimum-stock', 'part.minimum', upkeep.setMinimumStock)
  minimum(@PathId() id: string, @Body() body: SetMinimumStockDto): Promise<Buffer> {
    return this.bus.callJson(upkeep.setMinimumStock, { ...body, id });
  }

  @Read(':id/file', 'part.read', upkeep.getPartFile)
  file(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(upkeep.getPartFile, { id });
  }
}

@Controller('product-models')
export class ModelPartsController {
  constructor(private readonly bus: Bus) {}

  @List(':modelId/parts', 'part.read', upkeep.listModelParts)
  list(@PathId('modelId') modelId: string, @Query() query: ListModelPartsQuery): Promise<Buffer> {
    return this.bus.callJson(upkeep.listModelParts, { ...listRequest(query), modelId });
  }
}

/** the catalogue from sheets. */
@Controller('imports/parts')
export class PartImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.parts', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<{ id: string; service: string }> {
    return this.imports.begin(partForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.parts')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'parts.xlsx');
    return new StreamableFile(await this.templates.of(partForm));
  }
}

@Controller('imports/part-models')
export class PartFitImportsController {
  constructor(private readonly imports: SheetImports, private readonly templates: ImportTemplates) {}

  @Upload('', 'import.parts', begun, 202)
  async begin(@Req() request: FastifyRequest, @Query() { dryRun = false }: ImportQuery): Promise<{ id: string; service: string }> {
    return this.imports.begin(partFitForm, await readUpload(request), { dryRun });
  }

  @Download('template', 'import.parts')
  async template(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    download(reply, SHEET_TYPE, 'part-models.xlsx');
    return new StreamableFile(await this.templates.of(partFitForm));
  }
}
