import { Controller } from '@nestjs/common';
import { SpotCheckService, type GetSpotCheckRequest, type ListSpotChecksRequest } from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, dealerScope, jsonPage, listStatement, pageOf, seen, type JsonRow, type ListOrder } from '@aftercare/service';
import { drawSample } from './draw.rules.js';
import { SpotCheckItemRow, SpotCheckRow } from './spot-check.entity.js';
import { checkActions, figuresOf, requireCheckRole } from './spot-check.rules.js';

type Reads = Pick<Handlers<typeof SpotCheckService>, 'getSpotCheck' | 'listSpotChecks'>;

/** What is read of spot checks: the manufacturer all, a dealer its own once they are closed (D-6). */
@Controller()
export class SpotCheckReadHandlers implements Reads {
  constructor(private readonly db: Database) {}

  @Rpc(SpotCheckService.method.getSpotCheck)
  async getSpotCheck({ id }: GetSpotCheckRequest, ctx: CallContext): ReturnType<Reads['getSpotCheck']> {
    return this.db.read(ctx, async (tx) => {
      const check = seen(ctx, await tx.em.findOneBy(SpotCheckRow, { id }), 'spot check');
      if (ctx.dealerId !== null && check.state !== 'closed') throw notFound('spot check');
      requireCheckRole('read', ctx.role);
      const items = await tx.em.find(SpotCheckItemRow, { where: { checkId: id }, order: { position: 'ASC' } });
      const { checked, unreachable, falseRecords, score } = figuresOf(items);
      const again = drawSample(check.seed, check.population, items.length);
      return {
        ...check, checked, unreachable, falseRecords, score,
        population: check.population.length,
        drawHolds: items.every(({ callId }, at) => callId === again[at]),
        closedAt: check.closedAt ?? '',
        closedBy: check.closedBy ?? '',
        acknowledgedAt: check.acknowledgedAt ?? '',
        acknowledgedBy: check.acknowledgedBy ?? '',
        items: items.map((item) => ({ ...item, score: item.score === null ? '' : String(item.score), checkedAt: item.checkedAt ?? '', checkedBy: item.checkedBy ?? '' })),
        allowedActions: allowedActions(ctx, checkActions(check, items, ctx.role)),
      };
    });
  }

  @Rpc(SpotCheckService.method.listSpotChecks)
  async listSpotChecks(request: ListSpotChecksRequest, ctx: CallContext): ReturnType<Reads['listSpotChecks']> {
    requireCheckRole('read', ctx.role);
    const page = pageOf(request.page, { list: 'spot-checks', key: 'instant' });
    const where = new Conditions()
      .when(request.dealerId, 'd', (id) => `r.dealer_id = ${id}::uuid`)
      .when(request.state, 's', (state) => `r.state = ${state}`)
      .when(request.falseRecords, 'f', () => 'exists (select from spot_check_item i where i.check_id = r.id and i.false_record)')
      .when(ctx.dealerId !== null, 'c', () => `r.state = 'closed'`);
    const listing = { name: 'spot_checks', table: 'spot_check', order: NEWEST, scope: { dealers: dealerScope(ctx) }, where, page, columns: LINE, joins: FIGURES };
    return jsonPage(await this.db.many<JsonRow>(ctx, listStatement(listing)), page);
  }
}

const NEWEST: ListOrder = { by: 'r.created_at', direction: 'desc', type: 'timestamptz' };
const FIGURES = `cross join lateral (select count(*)::int as drawn, count(*) filter (where i.state = 'checked')::int as checked,
    count(*) filter (where i.state = 'unreachable')::int as unreachable, count(*) filter (where i.false_record)::int as false_records, round(avg(i.score), 1) as score
  from spot_check_item i where i.check_id = r.id) f`;
const LINE = `r.id, r.created_at::text as key, json_build_object('id', r.id, 'number', r.number, 'dealerId', r.dealer_id, 'from', r.period_from, 'to', r.period_to,
  'drawn', f.drawn, 'checked', f.checked, 'unreachable', f.unreachable, 'falseRecords', f.false_records, 'score', coalesce(f.score::text, ''), 'state', r.state,
  'createdAt', iso(r.created_at), 'acknowledgedAt', coalesce(iso(r.acknowledged_at), ''), 'version', r.version)::text as item`;
