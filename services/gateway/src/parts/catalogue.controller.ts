import { Body, Controller, Query } from '@nestjs/common';
import { PartService, PriceListService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { CreatePartDto, CreatePriceListDto, ListPartsQuery, ListPriceListsQuery } from './parts.dto.js';

const part = PartService.method;
const priceList = PriceListService.method;

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

@Controller('price-lists')
export class PriceListsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'price-list.draft', priceList.createPriceList)
  create(@Body() body: CreatePriceListDto): Promise<Buffer> {
    return this.bus.callJson(priceList.createPriceList, body);
  }

  @List('', 'price-list.read', priceList.listPriceLists)
  list(@Query() query: ListPriceListsQuery): Promise<Buffer> {
    return this.bus.callJson(priceList.listPriceLists, listRequest(query));
  }

  @Read(':id', 'price-list.read', priceList.getPriceList)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(priceList.getPriceList, { id });
  }

  @Change(':id/publish', 'price-list.publish', priceList.publishPriceList)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(priceList.publishPriceList, { ...body, id });
  }
}
