import { Body, Controller, Query } from '@nestjs/common';
import { FeeService, TariffService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read, Replace } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import { CreateTariffDto, ListServiceFeesQuery, ListTariffsQuery, UpdateTariffDto } from './tariffs.dto.js';

const fee = FeeService.method;
const tariff = TariffService.method;

/** D-3: the manufacturer's reference tariff for service fees. */
@Controller('tariffs')
export class TariffsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'tariff.draft', tariff.createTariff)
  create(@Body() body: CreateTariffDto): Promise<Buffer> {
    return this.bus.callJson(tariff.createTariff, body);
  }

  @List('', 'tariff.read', tariff.listTariffs)
  list(@Query() query: ListTariffsQuery): Promise<Buffer> {
    return this.bus.callJson(tariff.listTariffs, listRequest(query));
  }

  @Read(':id', 'tariff.read', tariff.getTariff)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(tariff.getTariff, { id });
  }

  @Replace(':id', 'tariff.draft', tariff.updateTariff)
  update(@PathId() id: string, @Body() body: UpdateTariffDto): Promise<Buffer> {
    return this.bus.callJson(tariff.updateTariff, { ...body, id });
  }

  @Change(':id/publish', 'tariff.publish', tariff.publishTariff)
  publish(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(tariff.publishTariff, { ...body, id });
  }
}

/** D-3: the fees of all dealers beside the tariff. */
@Controller('service-fees')
export class ServiceFeesController {
  constructor(private readonly bus: Bus) {}

  @List('', 'fee.list', fee.listServiceFees)
  list(@Query() query: ListServiceFeesQuery): Promise<Buffer> {
    return this.bus.callJson(fee.listServiceFees, listRequest(query));
  }
}
