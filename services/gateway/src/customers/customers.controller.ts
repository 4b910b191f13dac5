import { Readable } from 'node:stream';
import { Body, Controller, Query, Res, StreamableFile } from '@nestjs/common';
import { CallTimelineService, CustomerClassService, CustomerService, ProductModelService } from '@aftercare/contracts';
import { Refusal } from '@aftercare/domain';
import { Bus } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { download } from '../attachments/attachments.controller.js';
import { Ask, AskFile, Change, Create, List, Read, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, RevealDto, VersionDto } from '../http/shared.dto.js';
import { zip } from '../http/zip.js';
import { CustomerExports } from './customer-export.js';
import { customerTimeline } from './customer-timeline.js';
import {
  CreateCustomerDto, CreateProductModelDto, CustomerTimelineQuery, ListCustomersQuery, ListProductModelsQuery, MergeCustomerDto, PinClassDto, UpdateCustomerDto, UpdateProductModelDto,
} from './customers.dto.js';

const customer = CustomerService.method;
const standing = CustomerClassService.method;
const model = ProductModelService.method;
const calls = CallTimelineService.method;

@Controller('customers')
export class CustomersController {
  constructor(
    private readonly bus: Bus,
    private readonly exports: CustomerExports,
  ) {}

  @Create('', 'customer.change', customer.createCustomer)
  create(@Body() body: CreateCustomerDto): Promise<Buffer> {
    return this.bus.callJson(customer.createCustomer, body);
  }

  @List('', 'customer.read', customer.listCustomers)
  list(@Query() query: ListCustomersQuery): Promise<Buffer> {
    return this.bus.callJson(customer.listCustomers, listRequest(query));
  }

  @Read(':id', 'customer.read', customer.getCustomer)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(customer.getCustomer, { id });
  }

  @List(':id/timeline', 'customer.read', customer.listCustomerTimeline)
  timeline(@PathId() id: string, @Query() query: CustomerTimelineQuery): Promise<object> {
    return customerTimeline(this.bus, id, listRequest(query).page);
  }

  @Replace(':id', 'customer.change', customer.updateCustomer)
  update(@PathId() id: string, @Body() body: UpdateCustomerDto): Promise<Buffer> {
    return this.bus.callJson(customer.updateCustomer, { ...body, id });
  }

  @Change(':id/merge', 'customer.merge', customer.mergeCustomer)
  merge(@PathId() id: string, @Body() body: MergeCustomerDto): Promise<Buffer> {
    return this.bus.callJson(customer.mergeCustomer, { ...body, id });
  }

  /** Class and value with the sales behind them. */
  @Read(':id/standing', 'customer.read', standing.getCustomerStanding)
  standing(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(standing.getCustomerStanding, { id });
  }

  @Change(':id/pin-class', 'customer.pin-class', standing.pinCustomerClass)
  pinClass(@PathId() id: string, @Body() body: PinClassDto): Promise<Buffer> {
    return this.bus.callJson(standing.pinCustomerClass, { ...body, id });
  }

  @Change(':id/unpin-class', 'customer.pin-class', standing.unpinCustomerClass)
  unpinClass(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(standing.unpinCustomerClass, { ...body, id });
  }

  /** C-5: not while a call is open, since its technician needs the contact; an open appointment is refused by the service. */
  @Change(':id/anonymise', 'customer.anonymise', customer.anonymiseCustomer)
  async anonymise(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    const { open } = await this.bus.call(calls.countUnfinishedCalls, { customerId: id });
    if (open > 0) throw new Refusal('failed_precondition', 'CUSTOMER_CALLS_OPEN', 'The customer has open calls.', { open });
    return this.bus.callJson(customer.anonymiseCustomer, { ...body, id });
  }

  @Ask(':id/reveal', 'customer.reveal', customer.revealCustomer)
  reveal(@PathId() id: string, @Body() body: RevealDto): Promise<Buffer> {
    return this.bus.callJson(customer.revealCustomer, { ...body, id });
  }

  /** C-5: everything kept of the customer, as one archive for the person it is about. */
  @AskFile(':id/export', 'customer.export', 'application/zip')
  async export(@PathId() id: string, @Body() body: RevealDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { fileName, entries } = await this.exports.pack(id, body.reason);
    download(reply, 'application/zip', fileName);
    void reply.header('cache-control', 'no-store');
    return new StreamableFile(Readable.from(zip(entries)));
  }
}

@Controller('product-models')
export class ProductModelsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'model.draft', model.createProductModel)
  create(@Body() body: CreateProductModelDto): Promise<Buffer> {
    return this.bus.callJson(model.createProductModel, body);
  }

  @List('', 'model.read', model.listProductModels)
  list(@Query() query: ListProductModelsQuery): Promise<Buffer> {
    return this.bus.callJson(model.listProductModels, listRequest(query));
  }

  @Read(':id', 'model.read', model.getProductModel)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(model.getProductModel, { id });
  }

  @Replace(':id', 'model.draft', model.updateProductModel)
  update(@PathId() id: string, @Body() body: UpdateProductModelDto): Promise<Buffer> {
    return this.bus.callJson(model.updateProductModel, { ...body, id });
  }

  @Change(':id/publish', 'model.publish', model.publishProductModel)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(model.publishProductModel, { ...body, id });
  }
}
