import { Controller } from '@nestjs/common';
import {
  TariffService, type CreateTariffRequest, type GetTariffRequest, type ListTariffsRequest, type PublishTariffRequest, type UpdateTariffRequest,
} from '@aftercare/contracts';
import { allowedActions, businessDate, isId, newId, type KnownFamily } from '@aftercare/domain';
import { invalidField, isManufacturer, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, jsonPage, pageOf, type JsonRow, type Tx } from '@aftercare/service';
import { TariffEntity, TariffLineEntity } from './tariff.entity.js';
import { KnownFamilies } from '../families/known-families.js';
import { checkTariff, publishTariff, requireFamiliesInUse, requireTariffRole, tariffActions, tariffSteps, type TariffAction, type TariffLine } from './tariff.rules.js';

const LIST = `
  select t.id, t.effective_from::text as key, json_build_object('id', t.id, 'number', coalesce(t.number, ''), 'state', t.state, 'effectiveFrom', t.effective_from,
      'lineCount', (select count(*)::int from tariff_line where tariff_id = t.id), 'version', t.version)::text as item
    from tariff t
   where ($1 = '' or t.state = $1) and ($2::boolean or t.state = 'published') and ($3::date is null or (t.effective_from, t.id) < ($3, $4::uuid))
   order by t.effective_from desc, t.id desc limit $5`;

/** D-3, F-7: the reference tariff for service fees: drafted, published by somebody else, read by every dealer. */
@Controller()
export class TariffHandlers implements Handlers<typeof TariffService> {
  constructor(
    private readonly database: Database,
    private readonly families: KnownFamilies,
  ) {}

  @Rpc(TariffService.method.createTariff)
  async createTariff(request: CreateTariffRequest, ctx: CallContext) {
    requireTariffRole('create', ctx.role);
    const { effectiveFrom, lines } = dataOf(request);
    const known = await this.familiesFor(lines, ctx);
    return this.database.command(ctx, async (tx) => {
      checkTariff({ effectiveFrom, lines }, businessDate(await tx.now()));
      requireFamiliesInUse(lines, known);
      const tariff = tx.em.create(TariffEntity, {
        id: newId(), number: null, state: 'draft', effectiveFrom, draftedBy: ctx.userId, publishedBy: null, publishedAt: null, version: 1,
      });
      await tx.em.insert(TariffEntity, tariff);
      await tx.em.insert(TariffLineEntity, lines.map((line) => ({ tariffId: tariff.id, ...line })));
      return finish(tx, tariff, 'create', lines);
    }, { request });
  }

  @Rpc(TariffService.method.updateTariff)
  async updateTariff(request: UpdateTariffRequest, ctx: CallContext) {
    const { effectiveFrom, lines } = dataOf(request);
    const known = await this.familiesFor(lines, ctx);
    return this.change('update', request, ctx, async (tx, tariff) => {
      tariff.state = tariffSteps.next('update', tariff.state);
      checkTariff({ effectiveFrom, lines }, businessDate(await tx.now()));
      requireFamiliesInUse(lines, known);
      Object.assign(tariff, { effectiveFrom, draftedBy: ctx.userId });
      await tx.em.delete(TariffLineEntity, { tariffId: tariff.id });
      await tx.em.insert(TariffLineEntity, lines.map((line) => ({ tariffId: tariff.id, ...line })));
      return lines;
    });
  }

  @Rpc(TariffService.method.publishTariff)
  publishTariff(request: PublishTariffRequest, ctx: CallContext) {
    return this.change('publish', request, ctx, async (tx, tariff) => {
      tariff.state = publishTariff(tariff, ctx.userId, businessDate(await tx.now()));
      tariff.publishedBy = ctx.userId;
      tariff.publishedAt = await tx.now();
      tariff.number = await tx.nextNumber('tariff', { prefix: 'TF', gapFree: false });
      return null;
    });
  }

  @Rpc(TariffService.method.getTariff)
  async getTariff(request: GetTariffRequest, ctx: CallContext) {
    return this.database.read(ctx, async (tx) => {
      const tariff = await seenTariff(tx, request.id);
      const lines = await tx.em.find(TariffLineEntity, { where: { tariffId: tariff.id }, order: { family: 'ASC', regionCode: 'ASC' } });
      const { id, number, state, effectiveFrom, version } = tariff;
      return {
        id, number: number ?? '', state, effectiveFrom, version,
        lines: lines.map(({ family, regionCode, labourFee, travelFee }) => ({ family, regionCode, labourFee, travelFee })),
        allowedActions: allowedActions(ctx, tariffActions(tariff, ctx, businessDate(await tx.now()))),
      };
    });
  }

  @Rpc(TariffService.method.listTariffs)
  async listTariffs(request: ListTariffsRequest, ctx: CallContext) {
    if (!['', 'draft', 'published'].includes(request.state)) throw invalidField('state', 'Draft or published.');
    const page = pageOf(request.page, { list: 'tariffs', key: 'date' });
    const values = [request.state, isManufacturer(ctx), page.after?.key ?? null, page.after?.id ?? null, page.limit + 1];
    return jsonPage(await this.database.many<JsonRow>(ctx, { name: 'tariff_list', text: LIST, values }), page);
  }

  private async familiesFor(lines: readonly TariffLine[], ctx: CallContext): Promise<ReadonlyMap<string, KnownFamily>> {
    return lines.some(({ family }) => family !== '') ? this.families.all(ctx) : new Map<string, KnownFamily>();
  }

  /** One change of a tariff, allowed to the role and based on the present version; the work answers the lines when they are others now. */
  private change(
    action: TariffAction, request: { id: string; version: number }, ctx: CallContext, work: (tx: Tx, tariff: TariffEntity) => Promise<TariffLine[] | null>,
  ) {
    return this.database.command(ctx, async (tx) => {
      const tariff = await seenTariff(tx, request.id, 'pessimistic_write');
      requireTariffRole(action, ctx.role);
      expectVersion(tariff, request.version, { id: tariff.id, number: tariff.number ?? '', state: tariff.state });
      const lines = await work(tx, tariff);
      tariff.version += 1;
      await tx.em.save(TariffEntity, tariff);
      return finish(tx, tariff, action, lines);
    }, { request });
  }
}

/** A tariff the caller may see: fees to come are nobody's business outside before they are published. */
async function seenTariff(tx: Tx, id: string, lock?: 'pessimistic_write'): Promise<TariffEntity> {
  const tariff = isId(id) ? await tx.em.findOne(TariffEntity, { where: { id }, ...(lock ? { lock: { mode: lock } } : {}) }) : null;
  if (!tariff || (tariff.state === 'draft' && !isManufacturer(tx.ctx))) throw notFound('tariff');
  return tariff;
}

function dataOf(request: CreateTariffRequest | UpdateTariffRequest): { effectiveFrom: string; lines: TariffLine[] } {
  const lines = request.lines.map(({ family, regionCode, labourFee, travelFee }) => ({ family: family.trim(), regionCode, labourFee, travelFee }));
  return { effectiveFrom: request.effectiveFrom, lines };
}

async function finish(tx: Tx, tariff: TariffEntity, action: string, lines: TariffLine[] | null) {
  const { id, number, state, effectiveFrom, version } = tariff;
  await tx.audit({
    action, kind: 'tariff', id,
    changed: { state: { after: state }, effectiveFrom: { after: effectiveFrom }, ...(lines ? { lines: { after: lines } } : {}) },
  });
  return { id, number: number ?? '', state, version };
}
