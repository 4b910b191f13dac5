import { Body, Controller, Query } from '@nestjs/common';
import { DealerService, FeeService, TechnicianService } from '@aftercare/contracts';
import { Bus, callContext } from '@aftercare/messaging';
import { Change, Create, List, Read, Replace, ReplaceOnce } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { OnQuery, ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { UserAccounts } from '../auth/user-accounts.js';
import {
  CreateDealerDto, CreateTechnicianDto, ListDealersQuery, ListTechniciansQuery, SetServiceFeesDto, TerminateDealerDto, UpdateDealerDto,
} from './dealers.dto.js';

const dealer = DealerService.method;
const fee = FeeService.method;
const technician = TechnicianService.method;

@Controller('dealers')
export class DealersController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'dealer.draft', dealer.createDealer)
  create(@Body() body: CreateDealerDto): Promise<string> {
    return this.bus.callText(dealer.createDealer, body);
  }

  @List('', 'dealer.read', dealer.listDealers)
  list(@Query() query: ListDealersQuery): Promise<string> {
    return this.bus.callText(dealer.listDealers, listRequest(query));
  }

  @Read(':id', 'dealer.read', dealer.getDealer)
  get(@PathId() id: string): Promise<string> {
    return this.bus.callText(dealer.getDealer, { id });
  }

  @Replace(':id', 'dealer.draft', dealer.updateDealer)
  update(@PathId() id: string, @Body() body: UpdateDealerDto): Promise<string> {
    return this.bus.callText(dealer.updateDealer, { ...body, id });
  }

  @Change(':id/activate', 'dealer.decide', dealer.activateDealer)
  activate(@PathId() id: string, @Body() body: VersionDto): Promise<string> {
    return this.bus.callText(dealer.activateDealer, { ...body, id });
  }

  @Change(':id/suspend', 'dealer.decide', dealer.suspendDealer)
  suspend(@PathId() id: string, @Body() body: ReasonedDto): Promise<string> {
    return this.bus.callText(dealer.suspendDealer, { ...body, id });
  }

  @Change(':id/terminate', 'dealer.decide', dealer.terminateDealer)
  terminate(@PathId() id: string, @Body() body: TerminateDealerDto): Promise<string> {
    return this.bus.callText(dealer.terminateDealer, { ...body, id });
  }

  @ReplaceOnce(':dealerId/fees', 'fee.set', fee.setServiceFees)
  setFees(@PathId('dealerId') dealerId: string, @Body() body: SetServiceFeesDto): Promise<string> {
    return this.bus.callText(fee.setServiceFees, { ...body, dealerId });
  }

  @Read(':dealerId/fees', 'fee.read', fee.getServiceFees)
  fees(@PathId('dealerId') dealerId: string, @Query() query: OnQuery): Promise<string> {
    return this.bus.callText(fee.getServiceFees, { ...query, dealerId });
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
  async create(@Body() body: CreateTechnicianDto): Promise<string> {
    await this.accounts.assertOfDealer(body.userId, body.dealerId || callContext().dealerId);
    return this.bus.callText(technician.createTechnician, body);
  }

  @List('', 'technician.read', technician.listTechnicians)
  list(@Query() query: ListTechniciansQuery): Promise<string> {
    return this.bus.callText(technician.listTechnicians, listRequest(query));
  }

  @Change(':id/deactivate', 'technician.change', technician.deactivateTechnician)
  deactivate(@PathId() id: string, @Body() body: VersionDto): Promise<string> {
    return this.bus.callText(technician.deactivateTechnician, { ...body, id });
  }
}
