import { Body, Controller, Query } from '@nestjs/common';
import { ModelDocumentService, PartService } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { CreateModelDocumentDto, ListModelDocumentsQuery, UpdateModelDocumentDto } from './model-documents.dto.js';

const document = ModelDocumentService.method;

@Controller('model-documents')
export class ModelDocumentsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'model.draft', document.createModelDocument)
  async create(@Body() body: CreateModelDocumentDto): Promise<Buffer> {
    await this.assertParts(body);
    return this.bus.callJson(document.createModelDocument, body);
  }

  @List('', 'model.read', document.listModelDocuments)
  list(@Query() query: ListModelDocumentsQuery): Promise<Buffer> {
    return this.bus.callJson(document.listModelDocuments, listRequest(query));
  }

  /** Its file is read at /attachments/{id}?document=model-document&documentId={id}. */
  @Read(':id', 'model.read', document.getModelDocument)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(document.getModelDocument, { id });
  }

  @Replace(':id', 'model.draft', document.updateModelDocument)
  async update(@PathId() id: string, @Body() body: UpdateModelDocumentDto): Promise<Buffer> {
    await this.assertParts(body);
    return this.bus.callJson(document.updateModelDocument, { ...body, id });
  }

  @Change(':id/publish', 'model.publish', document.publishModelDocument)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(document.publishModelDocument, { ...body, id });
  }

  @Change(':id/withdraw', 'model.publish', document.withdrawModelDocument)
  withdraw(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(document.withdrawModelDocument, { ...body, id });
  }

  /** The catalogue is parts', so the part numbers of positions are looked up before the drawing is written. Errors: PART_UNKNOWN. */
  private async assertParts({ positions = [] }: { positions?: { partNumber?: string }[] }): Promise<void> {
    const numbers = [...new Set(positions.flatMap(({ partNumber = '' }) => partNumber || []))];
    if (numbers.length === 0) return;
    const { items } = await this.bus.call(PartService.method.findParts, { numbers });
    const known = new Set(items.map(({ number }) => number));
    const at = positions.findIndex(({ partNumber = '' }) => partNumber !== '' && !known.has(partNumber));
    if (at < 0) return;
    throw new Refusal('not_found', 'PART_UNKNOWN', 'The catalogue has no part of this number.', { field: `positions[${at}].partNumber` });
  }
}
