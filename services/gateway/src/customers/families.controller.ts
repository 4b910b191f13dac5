import { Body, Controller, Query } from '@nestjs/common';
import { ProductFamilyService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Create, List, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { CreateProductFamilyDto, ListProductFamiliesQuery, UpdateProductFamilyDto } from './customers.dto.js';

const family = ProductFamilyService.method;

/** The catalogue of product families, which models, checklists, courses and fault codes name. */
@Controller('product-families')
export class ProductFamiliesController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'family.keep', family.createProductFamily)
  create(@Body() body: CreateProductFamilyDto): Promise<Buffer> {
    return this.bus.callJson(family.createProductFamily, body);
  }

  @List('', 'family.read', family.listProductFamilies)
  list(@Query() query: ListProductFamiliesQuery): Promise<Buffer> {
    return this.bus.callJson(family.listProductFamilies, listRequest(query));
  }

  @Replace(':id', 'family.keep', family.updateProductFamily)
  update(@PathId() id: string, @Body() body: UpdateProductFamilyDto): Promise<Buffer> {
    return this.bus.callJson(family.updateProductFamily, { ...body, id });
  }
}
