import { Body, Controller, Query } from '@nestjs/common';
import { PartService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { CreatePartDto, ListPartsQuery } from './parts.dto.js';

const part = PartService.method;

@Controller('parts')
export class PartsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'part.create', part.createPart)
  create(@Body() body: CreatePartDto): Promise<Buffer> {
    return this.bus.callJson(part.createPart, body);
  }

  @List('', 'part.read', part.listParts)
  list(@Query() query: ListPartsQuery): Promise<Buffer> {
    return this.bus.callJson(part.listParts, listRequest(query));
  }

  @Read(':id', 'part.read', part.getPart)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(part.getPart, { id });
  }
}
