import { Body, Controller, Query } from '@nestjs/common';
import { DealerService, FeeService, TechnicianService } from '@aftercare/contracts';
import { Bus, callContext } from '@aftercare/messaging';
import { Change, Create, List, Read, Replace, ReplaceOnce } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { UserAccounts } from '../auth/user-accounts.js';
import {
  ActivateDealersDto, CreateDealerDto, CreateTechnicianDto, DeactivateTechnicianDto, ListDealersQuery, ListTechniciansQuery, SetServiceFeesDto, UpdateDealerDto,
} from './dealers.dto.js';
import { ServiceFeesQuery } from './tariffs.dto.js';

const dealer = DealerService.method;
const fee = FeeService.method;
const technician = TechnicianService.method;

@Controller('dealers')
export class DealersController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'dealer.draft', dealer.createDealer)
  create(@Body() body: CreateDealerDto): Promise<Buffer> {
    return this.bus.callJson(dealer.createDealer, body);
  }

  @List('', 'dealer.read', dealer.listDealers)
  list(@Query() query: ListDealersQuery): Promise<Buffer> {
    return this.bus.callJson(dealer.listDealers, listRequest(query));
  }

  @Read(':id', 'dealer.read', dealer.getDealer)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(dealer.getDealer, { id });
  }

  @Replace(':id', 'dealer.draft', dealer.updateDealer)
  update(@PathId() id: string, @Body() body: UpdateDealerDto): Promise<Buffer> {
    return this.bus.callJson(dealer.updateDealer, { ...body, id });
  }

  @Change(':id/activate', 'dealer.decide', dealer.activateDealer)
  activate(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(dealer.activateDealer, { ...body, id });
  }

  @Change('activate', 'dealer.decide', dealer.activateDealers)
  activateMany(@Body() body: ActivateDealersDto): Promise<Buffer> {
    return this.bus.callJson(dealer.activateDealers, body);
  }

  @Change(':id/suspend', 'dealer.decide', dealer.suspendDealer)
  suspend(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(dealer.suspendDealer, { ...body, id });
  }

  @ReplaceOnce(':dealerId/fees', 'fee.set', fee.setServiceFees)
  setFees(@PathId('dealerId') dealerId: string, @Body() body: SetServiceFeesDto): Promise<Buffer> {
    return this.bus.callJson(fee.setServiceFees, { ...body, dealerId });
  }

  @Read(':dealerId/fees', 'fee.read', fee.getServiceFees)
  fees(@PathId('dealerId') dealerId: string, @Query() query: ServiceFeesQuery): Promise<Buffer> {
    return this.bus.callJson(fee.getServiceFees, { ...query, dealerId });
  }
}

@Controller('technicians')
export class TechniciansController {
  constructor(
    private readonly bus: Bus,
    private readonly accounts: UserAccounts,
  ) {}

  /** The account must be one of the dealer's, else the same 404 as for an account that does not exist. */
  @Create('', 'technician.change', technician.createTechnician)
  async create(@Body() body: CreateTechnicianDto): Promise<Buffer> {
    await this.accounts.assertOfDealer(body.userId, body.dealerId || callContext().dealerId);
    return this.bus.callJson(technician.createTechnician, body);
  }

  @List('', 'technician.read', technician.listTechnicians)
  list(@Query() query: ListTechniciansQuery): Promise<Buffer> {
    return this.bus.callJson(technician.listTechnicians, listRequest(query));
  }

  @Change(':id/deactivate', 'technician.change', technician.deactivateTechnician)
  deactivate(@PathId() id: string, @Body() body: DeactivateTechnicianDto): Promise<Buffer> {
    return this.bus.callJson(technician.deactivateTechnician, { ...body, id });
  }
}
