import { Controller, Query, StreamableFile } from '@nestjs/common';
import { JobService, MonthListService, MonthService, TieOutService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { BeginOnce, Download, List, Print, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PrintQuery } from '../print/print.dto.js';
import { Prints } from '../print/prints.js';
import { closedLinesFile } from './closed-lines-file.js';
import { ClosedLinesFileQuery, ListClosedLinesQuery, ListMonthObstaclesQuery, ListMonthsQuery, ListRevenueQuery, ListTieOutFaultsQuery, ListTieOutQuery, RevenuePrintQuery, SummariseRevenueQuery } from './months.dto.js';
import { PathMonth } from './path-month.js';
import { revenueForm } from './revenue-form.js';
import { tieOutProof } from './tie-out-proof.js';

const months = MonthService.method;
const tieOut = TieOutService.method;
const lists = MonthListService.method;
const SERVICE = 'invoicing';
const text = { type: 'string' };
const begun = answerOf({ id: text, service: text });

/** H-8, B-6: months, their tie-out, their close, and the lists that it froze. */
@Controller('months')
export class MonthsController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @List('', 'month.read', months.listMonths)
  list(@Query() query: ListMonthsQuery): Promise<Buffer> {
    return this.bus.callJson(months.listMonths, listRequest(query));
  }

  @Read(':month', 'month.read', months.getMonth)
  get(@PathMonth() month: string): Promise<Buffer> {
    return this.bus.callJson(months.getMonth, { month });
  }

  /** What can be known at once is refused at once; the job asks all services and ends with everything that stands against it. */
  @BeginOnce(':month/close', 'month.close', begun)
  async close(@PathMonth() month: string): Promise<{ id: string; service: string }> {
    await this.bus.call(months.checkMonthClose, { month });
    return this.begin(month, false);
  }

  /** The same job as a dry run: what it finds is kept, and nothing is closed. */
  @BeginOnce(':month/check', 'month.close', begun)
  check(@PathMonth() month: string): Promise<{ id: string; service: string }> {
    return this.begin(month, true);
  }

  private async begin(month: string, dryRun: boolean): Promise<{ id: string; service: string }> {
    const jobs = this.bus.client(JobService, { instance: SERVICE });
    const { id } = await jobs.beginJob({ kind: 'close-month', options: JSON.stringify({ month }), dryRun, fileName: '' });
    await jobs.startJob({ id, totalRows: 0 });
    return { id, service: SERVICE };
  }

  /** What the last close or check of the month found against it, the lines at fault by their documents. */
  @List(':month/obstacles', 'month.read', months.listMonthObstacles)
  obstacles(@PathMonth() month: string, @Query() query: ListMonthObstaclesQuery): Promise<Buffer> {
    return this.bus.callJson(months.listMonthObstacles, { ...listRequest(query), month });
  }

  @List(':month/lines', 'month.read', months.listClosedLines)
  lines(@PathMonth() month: string, @Query() query: ListClosedLinesQuery): Promise<Buffer> {
    return this.bus.callJson(months.listClosedLines, { ...listRequest(query), month });
  }

  /** A frozen list as a whole, in UTF-8 with commas. */
  @Download(':month/lines/csv', 'month.read')
  async csv(@PathMonth() month: string, @Query() { list }: ClosedLinesFileQuery): Promise<StreamableFile> {
    const content = await closedLinesFile(this.bus, { month, list });
    return new StreamableFile(content, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${month}-${list}.csv"`, length: content.length });
  }

  @Read(':month/tie-out', 'tie-out.read', tieOut.getTieOut)
  tieOut(@PathMonth() month: string): Promise<Buffer> {
    return this.bus.callJson(tieOut.getTieOut, { month });
  }

  @List(':month/tie-out/rows', 'tie-out.read', tieOut.listTieOut)
  rows(@PathMonth() month: string, @Query() query: ListTieOutQuery): Promise<Buffer> {
    return this.bus.callJson(tieOut.listTieOut, { ...listRequest(query), month });
  }

  @List(':month/tie-out/faults', 'tie-out.read', tieOut.listTieOutFaults)
  faults(@PathMonth() month: string, @Query() query: ListTieOutFaultsQuery): Promise<Buffer> {
    return this.bus.callJson(tieOut.listTieOutFaults, { ...listRequest(query), month });
  }

  /** The proof on one page. */
  @Print(':month/tie-out/print', 'tie-out.read')
  async print(@PathMonth() month: string, @Query() query: PrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await tieOutProof(this.bus, month, await this.prints.run(query)));
  }
}

/** F-8: 售后服务销售收入. */
@Controller('revenue')
export class RevenueController {
  constructor(
    private readonly bus: Bus,
    private readonly prints: Prints,
  ) {}

  @List('', 'revenue.read', lists.listRevenue, { dealerIn: 'dealerId' })
  list(@Query() query: ListRevenueQuery): Promise<Buffer> {
    return this.bus.callJson(lists.listRevenue, listRequest(query));
  }

  @List('sums', 'revenue.read', lists.summariseRevenue, { dealerIn: 'key' })
  sums(@Query() query: SummariseRevenueQuery): Promise<Buffer> {
    return this.bus.callJson(lists.summariseRevenue, listRequest(query));
  }

  @Print('print', 'revenue.read')
  async print(@Query() { month, ...query }: RevenuePrintQuery): Promise<StreamableFile> {
    return this.prints.answer(await revenueForm(this.bus, month, await this.prints.run(query)));
  }
}
