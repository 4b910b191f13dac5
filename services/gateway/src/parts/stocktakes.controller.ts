import { Body, Controller, Query, type StreamableFile } from '@nestjs/common';
import { DealerService, JobService, StocktakeService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { BeginOnce, Change, List, Print, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { ReasonedDto, VersionDto } from '../http/shared.dto.js';
import { RecordPrintQuery } from '../print/print.dto.js';
import { Prints } from '../print/prints.js';
import { stocktakeForm } from '../print/stocktake-form.js';
import { ConfirmStocktakeDto, DecideStocktakeDto, ListStocktakeRowsQuery, ListStocktakesQuery, ObjectToStocktakeDto, OpenStocktakesDto } from './stocktakes.dto.js';

const stocktake = StocktakeService.method;
const SERVICE = 'parts';
const text = { type: 'string' };
const begun = answerOf({ id: text, service: text });

/** A job that was begun: its id, and the service under which it is asked for. */
interface Begun {
  id: string;
  service: string;
}

@Controller('stocktakes')
export class StocktakesController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  /** What would be refused is refused at once; the same key begins one job. */
  @BeginOnce('', 'stocktake.open', begun)
  async open(@Body() { dealerId = '', cutOffOn, returnUntil = '' }: OpenStocktakesDto): Promise<Begun> {
    if (dealerId !== '') await this.bus.call(DealerService.method.getDealerStanding, { id: dealerId });
    await this.bus.call(stocktake.checkOpening, { dealerId, cutOffOn, returnUntil });
    return this.begin('open-stocktakes', { dealerId, cutOffOn, returnUntil });
  }

  @List('', 'stocktake.read', stocktake.listStocktakes)
  list(@Query() query: ListStocktakesQuery): Promise<Buffer> {
    return this.bus.callJson(stocktake.listStocktakes, listRequest(query));
  }

  @Read(':id', 'stocktake.read', stocktake.getStocktake)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(stocktake.getStocktake, { id });
  }

  @List(':id/lines', 'stocktake.read', stocktake.listStocktakeLines)
  lines(@PathId() id: string, @Query() query: ListStocktakeRowsQuery): Promise<Buffer> {
    return this.bus.callJson(stocktake.listStocktakeLines, { ...listRequest(query), id });
  }

  @List(':id/exclusions', 'stocktake.read', stocktake.listStocktakeExclusions)
  exclusions(@PathId() id: string, @Query() query: ListStocktakeRowsQuery): Promise<Buffer> {
    return this.bus.callJson(stocktake.listStocktakeExclusions, { ...listRequest(query), id });
  }

  @Print(':id/print', 'stocktake.read')
  async print(@PathId() id: string, @Query() query: RecordPrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await stocktakeForm(this.bus, id, await this.prints.run(query)));
  }

  @Change(':id/remind', 'stocktake.open', stocktake.remindStocktake)
  remind(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(stocktake.remindStocktake, { ...body, id });
  }

  @Change(':id/close', 'stocktake.open', stocktake.closeStocktake)
  close(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(stocktake.closeStocktake, { ...body, id });
  }

  @Change(':id/object', 'stocktake.object', stocktake.objectToStocktake)
  object(@PathId() id: string, @Body() body: ObjectToStocktakeDto): Promise<Buffer> {
    return this.bus.callJson(stocktake.objectToStocktake, { ...body, id });
  }

  @Change(':id/decide', 'stocktake.decide', stocktake.decideStocktake)
  decide(@PathId() id: string, @Body() body: DecideStocktakeDto): Promise<Buffer> {
    return this.bus.callJson(stocktake.decideStocktake, { ...body, id });
  }

  @Change(':id/cancel', 'stocktake.cancel', stocktake.cancelStocktake)
  cancel(@PathId() id: string, @Body() body: ReasonedDto): Promise<Buffer> {
    return this.bus.callJson(stocktake.cancelStocktake, { ...body, id });
  }

  @BeginOnce(':id/confirm', 'stocktake.decide', begun)
  async confirm(@PathId() id: string, @Body() { version, paymentMethod = '', invoiceWish = '' }: ConfirmStocktakeDto): Promise<Begun> {
    await this.bus.call(stocktake.checkConfirmation, { id, version, paymentMethod, invoiceWish });
    return this.begin('confirm-stocktake', { stocktakeId: id, version, paymentMethod, invoiceWish });
  }

  private async begin(kind: string, options: object): Promise<Begun> {
    const jobs = this.bus.client(JobService, { instance: SERVICE });
    const { id } = await jobs.beginJob({ kind, options: JSON.stringify(options), dryRun: false, fileName: '' });
    await jobs.startJob({ id, totalRows: 0 });
    return { id, service: SERVICE };
  }
}
