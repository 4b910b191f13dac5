import { Body, Controller, Query } from '@nestjs/common';
import { JobService, StubService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { Ask, BeginOnce, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { BeginConsolidationDto, ListConsolidationDealersQuery, ListConsolidationsQuery, ListStubsQuery, ListStubTotalsQuery, PreviewConsolidationDto } from './finance.dto.js';

const stub = StubService.method;
const SERVICE = 'invoicing';
const text = { type: 'string' };
const begun = answerOf({ id: text, service: text });

/** F-4: what dealers keep whole until they ask for one invoice. */
@Controller('stubs')
export class StubsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'receivable.read', stub.listStubs)
  list(@Query() query: ListStubsQuery): Promise<Buffer> {
    return this.bus.callJson(stub.listStubs, listRequest(query));
  }

  @List('totals', 'receivable.read', stub.listStubTotals)
  totals(@Query() query: ListStubTotalsQuery): Promise<Buffer> {
    return this.bus.callJson(stub.listStubTotals, listRequest(query));
  }
}

/** F-4: runs over the stub register. */
@Controller('consolidations')
export class ConsolidationsController {
  constructor(private readonly bus: Bus) {}

  @Ask('preview', 'invoice.preview', stub.previewConsolidation)
  preview(@Body() body: PreviewConsolidationDto): Promise<Buffer> {
    return this.bus.callJson(stub.previewConsolidation, body);
  }

  /** The job begins the run; its result names it. */
  @BeginOnce('', 'invoice.change', begun)
  async begin(@Body() { dealerId = '', from, to, includeNow = false, kind }: BeginConsolidationDto): Promise<{ id: string; service: string }> {
    await this.bus.call(stub.previewConsolidation, { dealerId, from, to, includeNow });
    const jobs = this.bus.client(JobService, { instance: SERVICE });
    const { id } = await jobs.beginJob({ kind: 'consolidate-invoices', options: JSON.stringify({ dealerId, from, to, includeNow, kind }), dryRun: false, fileName: '' });
    await jobs.startJob({ id, totalRows: 0 });
    return { id, service: SERVICE };
  }

  @List('', 'consolidation.read', stub.listConsolidations)
  list(@Query() query: ListConsolidationsQuery): Promise<Buffer> {
    return this.bus.callJson(stub.listConsolidations, listRequest(query));
  }

  @Read(':id', 'consolidation.read', stub.getConsolidation)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(stub.getConsolidation, { id });
  }

  @List(':id/dealers', 'consolidation.read', stub.listConsolidationDealers)
  dealers(@PathId() id: string, @Query() query: ListConsolidationDealersQuery): Promise<Buffer> {
    return this.bus.callJson(stub.listConsolidationDealers, { ...listRequest(query), id });
  }
}
