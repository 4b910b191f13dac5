import { Body, Controller, Param, Query } from '@nestjs/common';
import {
  CoverageService, InstallationService, PartService, ProductUnitService, PurchaseProofService, WarrantyExtensionService,
} from '@aftercare/contracts';
import { businessDate } from '@aftercare/domain';
import { Bus, callContext, notFound } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { Ask, Change, ChangeOnce, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { AskedDto, ReasonedDto } from '../http/shared.dto.js';
import {
  CompleteInstallationDto, CoverageQuery, CoverageVerdictDto, ExtendWarrantyDto, FailInstallationDto, ListCrossTerritoryQuery, ListInstallationsQuery,
  ListUnitsQuery, ProvePurchaseDto, RescheduleInstallationDto, ScheduleInstallationDto, SellUnitDto, TransferUnitDto,
} from './customers.dto.js';
import { unitFile, unitFileAnswer } from './unit-file.js';

const unit = ProductUnitService.method;
const coverage = CoverageService.method;
const installation = InstallationService.method;
const DEFAULT_PART_CLASS = '*';

@Controller('product-units')
export class ProductUnitsController {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
  ) {}

  @List('', 'unit.read', unit.listUnits)
  list(@Query() query: ListUnitsQuery): Promise<Buffer> {
    return this.bus.callJson(unit.listUnits, listRequest(query));
  }

  @List('cross-territory', 'unit.read', unit.listCrossTerritorySales)
  crossTerritory(@Query() query: ListCrossTerritoryQuery): Promise<Buffer> {
    return this.bus.callJson(unit.listCrossTerritorySales, listRequest(query));
  }

  @Read('by-serial/:serial', 'unit.read', unit.getUnitBySerial)
  bySerial(@Param('serial') serial: string): Promise<Buffer> {
    return this.bus.callJson(unit.getUnitBySerial, { serial });
  }

  @Read(':id', 'unit.read', unit.getUnit)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(unit.getUnit, { id });
  }

  @ChangeOnce(':id/sell', 'unit.sell', unit.sellUnit)
  sell(@PathId() id: string, @Body() body: SellUnitDto): Promise<Buffer> {
    return this.bus.callJson(unit.sellUnit, { ...body, id });
  }

  @ChangeOnce(':id/transfer', 'unit.transfer', unit.transferUnit)
  transfer(@PathId() id: string, @Body() body: TransferUnitDto): Promise<Buffer> {
    return this.bus.callJson(unit.transferUnit, { ...body, id });
  }

  @ChangeOnce(':id/extend-warranty', 'unit.extend-warranty', unit.extendWarranty)
  extendWarranty(@PathId() id: string, @Body() body: ExtendWarrantyDto): Promise<Buffer> {
    return this.bus.callJson(unit.extendWarranty, { ...body, id });
  }

  @ChangeOnce(':id/extensions/:extensionId/withdraw', 'unit.extend-warranty', WarrantyExtensionService.method.withdrawExtension)
  withdrawExtension(@PathId() id: string, @PathId('extensionId') extensionId: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(WarrantyExtensionService.method.withdrawExtension, { ...body, id, extensionId });
  }

  @ChangeOnce(':id/prove-purchase', 'unit.prove-purchase', PurchaseProofService.method.provePurchase)
  provePurchase(@PathId() id: string, @Body() body: ProvePurchaseDto): Promise<Buffer> {
    return this.bus.callJson(PurchaseProofService.method.provePurchase, { ...body, id });
  }

  /** Everything that happened to a unit, as far as the caller may see (C-2). */
  @Read(':id/file', 'unit.read', unitFileAnswer)
  file(@PathId() id: string): Promise<object> {
    return unitFile(this.bus, id);
  }

  /**
   * The verdict for a unit the caller may see, or whose full serial he has (D-9): first the unit, so that a foreign one is not found, then the
   * verdict on its serial. An exclusion here only asks what would be, so it needs no evidence yet (W-6).
   */
  @Read(':id/coverage', 'coverage.decide', coverage.decideCoverage)
  async coverage(@PathId() id: string, @Query() query: CoverageQuery): Promise<Buffer> {
    const serial = query.serial ? await this.lookedUp(id, query.serial) : (await this.bus.call(unit.getUnit, { id })).serial;
    const { on, exclusion, visit, part = '' } = query;
    const partClass = part ? (await this.bus.call(PartService.method.getPart, { id: part })).partClass : query.partClass;
    return this.bus.callJson(coverage.decideCoverage, {
      serial, partId: part, exclusion, visit, preview: true, partClass: partClass || DEFAULT_PART_CLASS, eventDate: on || (await this.today()),
    });
  }

  /** A look-up by serial, logged and counted as any; with the serial of another unit it is as missing. */
  private async lookedUp(id: string, serial: string): Promise<string> {
    const found = await this.bus.call(unit.getUnitBySerial, { serial });
    if (found.id !== id) throw notFound('product unit');
    return found.serial;
  }

  private today(): Promise<string> {
    return this.database.read(callContext(), async (tx) => businessDate(await tx.now()));
  }
}

@Controller('coverage-verdicts')
export class CoverageVerdictsController {
  constructor(private readonly bus: Bus) {}

  @Ask('replay', 'coverage.replay', coverage.replayCoverage)
  replay(@Body() body: CoverageVerdictDto): Promise<Buffer> {
    return this.bus.callJson(coverage.replayCoverage, body);
  }
}

@Controller('installations')
export class InstallationsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'installation.schedule', installation.scheduleInstallation)
  schedule(@Body() body: ScheduleInstallationDto): Promise<Buffer> {
    return this.bus.callJson(installation.scheduleInstallation, body);
  }

  @List('', 'installation.read', installation.listInstallations)
  list(@Query() query: ListInstallationsQuery): Promise<Buffer> {
    return this.bus.callJson(installation.listInstallations, listRequest(query));
  }

  @Read(':id', 'installation.read', installation.getInstallation)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(installation.getInstallation, { id });
  }

  @Change(':id/complete', 'installation.finish', installation.completeInstallation)
  complete(@PathId() id: string, @Body() body: CompleteInstallationDto): Promise<Buffer> {
    return this.bus.callJson(installation.completeInstallation, { ...body, id });
  }

  @Change(':id/fail', 'installation.finish', installation.failInstallation)
  fail(@PathId() id: string, @Body() body: FailInstallationDto): Promise<Buffer> {
    return this.bus.callJson(installation.failInstallation, { ...body, id });
  }

  @Change(':id/reschedule', 'installation.schedule', installation.rescheduleInstallation)
  reschedule(@PathId() id: string, @Body() body: RescheduleInstallationDto): Promise<Buffer> {
    return this.bus.callJson(installation.rescheduleInstallation, { ...body, id });
  }

  @Change(':id/cancel', 'installation.schedule', installation.cancelInstallation)
  cancel(@PathId() id: string, @Body() body: AskedDto): Promise<Buffer> {
    return this.bus.callJson(installation.cancelInstallation, { ...body, id });
  }
}
