import { Controller } from '@nestjs/common';
import {
  StocktakeService, type CheckConfirmationRequest, type CheckOpeningRequest, type GetStocktakeLineRequest, type GetStocktakeRequest, type ListStocktakeExclusionsRequest,
  type ListStocktakeLinesRequest, type ListStocktakesRequest,
} from '@aftercare/contracts';
import { isId, type StocktakeExclusion } from '@aftercare/domain';
import { notFound, permissionDenied, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, pageAnswer, pageOf } from '@aftercare/service';
import { MoreThan } from 'typeorm';
import { assertConfirmation } from './convert-stocktake.js';
import { checkOpening, dealersToOpen } from './open-stocktake.js';
import { withFigures } from './stocktake-figures.js';
import { StocktakeLineRow } from './stocktake.entity.js';
import { findStocktake, lineAnswers, listStocktakes, positionAfter, stocktakeAnswer } from './stocktake.reads.js';
import { assertStocktakeRole } from './stocktake.rules.js';

type Reads = 'checkOpening' | 'getStocktake' | 'listStocktakes' | 'listStocktakeLines' | 'getStocktakeLine' | 'listStocktakeExclusions' | 'checkConfirmation';

const NO_READERS: readonly string[] = ['dealer_technician', 'customer'];

const EXCLUSIONS = `
  select e.id, e.position, e.part_id as "partId", p.number as "partNumber", p.name as "partName", p.name_en as "partNameEn", e.rule, e.quantity
    from stocktake_exclusion e join part p on p.id = e.part_id where e.stocktake_id = $1 and e.position > $2 order by e.position limit $3`;

/** Stocktakes as clerk, supervisor, finance and the dealer read them (H-2, H-6). */
@Controller()
export class StocktakeReads implements Pick<Handlers<typeof StocktakeService>, Reads> {
  constructor(private readonly db: Database) {}

  @Rpc(StocktakeService.method.checkOpening)
  async checkOpening(request: CheckOpeningRequest, ctx: CallContext) {
    assertStocktakeRole('open', ctx.role);
    if (request.dealerId !== '' && !isId(request.dealerId)) throw notFound('dealer');
    // A command, so that the same key answers the same also when the job has changed what would be refused now.
    return this.db.command(ctx, async (tx) => {
      const returnUntil = await checkOpening(tx, request, request.dealerId || null);
      return { returnUntil, dealers: request.dealerId === '' ? (await dealersToOpen(tx, request.cutOffOn)).length : 1 };
    }, { request });
  }

  @Rpc(StocktakeService.method.getStocktake)
  async getStocktake(request: GetStocktakeRequest, ctx: CallContext) {
    requireReader(ctx);
    return this.db.read(ctx, async (tx) => stocktakeAnswer(tx, await findStocktake(tx, request.id)));
  }

  @Rpc(StocktakeService.method.listStocktakes)
  async listStocktakes(request: ListStocktakesRequest, ctx: CallContext) {
    requireReader(ctx);
    const page = pageOf(request.page, { list: 'stocktakes' });
    const rows = await this.db.many<SummaryRow>(ctx, listStocktakes(request, ctx, page));
    const { items, nextCursor } = pageAnswer(rows, page, (row) => row.sortAt);
    return { items: items.map(({ sortAt: _sort, ...row }) => row), nextCursor };
  }

  @Rpc(StocktakeService.method.listStocktakeLines)
  async listStocktakeLines(request: ListStocktakeLinesRequest, ctx: CallContext) {
    requireReader(ctx);
    const page = pageOf(request.page, { list: 'stocktake-lines' });
    return this.db.read(ctx, async (tx) => {
      const stocktake = await findStocktake(tx, request.id);
      const where = { stocktakeId: stocktake.id, position: MoreThan(positionAfter(page)) };
      const rows = await tx.em.find(StocktakeLineRow, { where, order: { position: 'ASC' }, take: page.limit + 1 });
      const { items, nextCursor } = pageAnswer(rows, page, ({ position }) => String(position));
      return { items: await lineAnswers(tx, await withFigures(tx, stocktake, items)), nextCursor };
    });
  }

  @Rpc(StocktakeService.method.getStocktakeLine)
  async getStocktakeLine(request: GetStocktakeLineRequest, ctx: CallContext) {
    requireReader(ctx);
    return this.db.read(ctx, async (tx) => {
      const line = isId(request.id) ? await tx.em.findOneBy(StocktakeLineRow, { id: request.id }) : null;
      if (!line) throw notFound('stocktake line');
      const [answer] = await lineAnswers(tx, await withFigures(tx, await findStocktake(tx, line.stocktakeId), [line]));
      return answer;
    });
  }

  @Rpc(StocktakeService.method.listStocktakeExclusions)
  async listStocktakeExclusions(request: ListStocktakeExclusionsRequest, ctx: CallContext) {
    requireReader(ctx);
    const page = pageOf(request.page, { list: 'stocktake-exclusions' });
    return this.db.read(ctx, async (tx) => {
      const { id } = await findStocktake(tx, request.id);
      const rows = await tx.sql<ExclusionRow>({ name: 'stocktake_exclusions', text: EXCLUSIONS, values: [id, positionAfter(page), page.limit + 1] });
      return pageAnswer(rows, page, ({ position }) => String(position));
    });
  }

  @Rpc(StocktakeService.method.checkConfirmation)
  async checkConfirmation(request: CheckConfirmationRequest, ctx: CallContext) {
    assertStocktakeRole('confirm', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const stocktake = await findStocktake(tx, request.id);
      expectVersion(stocktake, request.version, { state: stocktake.state });
      await assertConfirmation(tx, stocktake, request);
      const { id, number, state, version } = stocktake;
      return { id, number: number ?? '', state, version };
    }, { request });
  }
}

/** Prices of the dealer stand in it: its technicians read no money documents. */
function requireReader(ctx: CallContext): void {
  if (NO_READERS.includes(ctx.role)) throw permissionDenied('ROLE_NOT_ALLOWED', 'This role reads no stocktakes.');
}

interface SummaryRow {
  id: string;
  number: string;
  dealerId: string;
  state: string;
  cutOffOn: string;
  returnUntil: string;
  objectUntil: string;
  borrowedQuantity: number;
  lineCount: number;
  objectionCount: number;
  openedAt: string;
  version: number;
  sortAt: string;
}

interface ExclusionRow {
  id: string;
  position: number;
  partId: string;
  partNumber: string;
  partName: string;
  partNameEn: string;
  rule: StocktakeExclusion;
  quantity: number;
}
