import { Body, Controller, Query } from '@nestjs/common';
import { ChecklistService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { CreateChecklistDto, ListChecklistsQuery, UpdateChecklistDto } from './customers.dto.js';

const checklist = ChecklistService.method;

/** What is checked at an installation, per product family. */
@Controller('installation-checklists')
export class ChecklistsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'checklist.draft', checklist.createChecklist)
  create(@Body() body: CreateChecklistDto): Promise<Buffer> {
    return this.bus.callJson(checklist.createChecklist, body);
  }

  @List('', 'checklist.read', checklist.listChecklists)
  list(@Query() query: ListChecklistsQuery): Promise<Buffer> {
    return this.bus.callJson(checklist.listChecklists, listRequest(query));
  }

  @Read(':id', 'checklist.read', checklist.getChecklist)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(checklist.getChecklist, { id });
  }

  @Replace(':id', 'checklist.draft', checklist.updateChecklist)
  update(@PathId() id: string, @Body() body: UpdateChecklistDto): Promise<Buffer> {
    return this.bus.callJson(checklist.updateChecklist, { ...body, id });
  }

  @Change(':id/publish', 'checklist.publish', checklist.publishChecklist)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(checklist.publishChecklist, { ...body, id });
  }
}
