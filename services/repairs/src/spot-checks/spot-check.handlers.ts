import { Controller } from '@nestjs/common';
import {
  DealerService, NoticeRequestedSchema, SpotCheckClosedSchema, SpotCheckService,
  type AcknowledgeSpotCheckRequest, type CloseSpotCheckRequest, type DrawSpotCheckRequest, type ScoreSpotCheckItemRequest,
} from '@aftercare/contracts';
import { addDays, businessDate, newId, Refusal, startOfDay } from '@aftercare/domain';
import { Bus, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, seen, type Tx } from '@aftercare/service';
import { drawSample, refuseWrongDraw } from './draw.rules.js';
import { SpotCheckItemRow, SpotCheckRow } from './spot-check.entity.js';
import { figuresOf, refuseClosed, refuseIncompleteResult, refuseOpenItems, requireCheckRole, scoreOf, type CheckAction } from './spot-check.rules.js';

type Checks = Omit<Handlers<typeof SpotCheckService>, 'getSpotCheck' | 'listSpotChecks'>;
const KIND = 'spot-check';
const SEED_LENGTH = 12;

/** Spot checks on filed records (D-6). */
@Controller()
export class SpotCheckHandlers implements Checks {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(SpotCheckService.method.drawSpotCheck)
  async drawSpotCheck(request: DrawSpotCheckRequest, ctx: CallContext): ReturnType<Checks['drawSpotCheck']> {
    requireCheckRole('draw', ctx.role);
    await this.bus.client(DealerService).getDealerStanding({ id: request.dealerId });
    return this.db.command(ctx, async (tx) => {
      const now = await tx.now();
      const { dealerId, from, to, sampleSize } = request;
      const seed = request.seed || newId().replaceAll('-', '').slice(-SEED_LENGTH);
      refuseWrongDraw({ from, to, sampleSize, seed }, businessDate(now));
      const records = await filedRecords(tx, request);
      if (records.length === 0) throw new Refusal('failed_precondition', 'NOTHING_TO_CHECK', 'The dealer has no filed record in this period.');
      const check: SpotCheckRow = {
        id: newId(), number: await tx.nextNumber('spot_check', { prefix: 'SC', gapFree: false }), dealerId, from, to, seed, population: records.map(({ id }) => id),
        state: 'open', guidance: '', createdAt: now, createdBy: ctx.userId, closedAt: null, closedBy: null, acknowledgedAt: null, acknowledgedBy: null, version: 1,
      };
      await tx.em.insert(SpotCheckRow, check);
      const numbers = new Map(records.map(({ id, number }) => [id, number]));
      const drawn = drawSample(seed, check.population, sampleSize).map((callId, position) => itemOf(check, { callId, callNumber: numbers.get(callId) ?? '', position }));
      await tx.em.insert(SpotCheckItemRow, drawn);
      return finish(tx, 'draw', check, { seed, drawn: drawn.length, population: records.length });
    }, { request });
  }

  @Rpc(SpotCheckService.method.scoreSpotCheckItem)
  async scoreSpotCheckItem(request: ScoreSpotCheckItemRequest, ctx: CallContext): ReturnType<Checks['scoreSpotCheckItem']> {
    return this.db.command(ctx, async (tx) => {
      const check = await checkFor(tx, 'score', request.id);
      const item = await tx.em.findOne(SpotCheckItemRow, { where: { id: request.itemId, checkId: check.id }, lock: { mode: 'pessimistic_write' } });
      if (!item) throw notFound('spot check');
      expectVersion(item, request.version, { state: item.state });
      refuseClosed(check.state, 'score');
      refuseIncompleteResult(request);
      const isChecked = request.outcome === 'checked';
      const isFalse = isChecked && request.falseRecord;
      if (isFalse && !item.falseRecord) await tell(tx, check, 'spot_check.false_record', { recipientRole: 'service_supervisor' });
      const { answers, finding, guidance } = isChecked ? request : { answers: [], finding: '', guidance: '' };
      Object.assign(item, {
        state: request.outcome, answers: answers.map(({ point, answer }) => ({ point, answer })), score: isChecked ? scoreOf(request) : null, falseRecord: isFalse, finding, guidance,
        attempts: item.attempts + 1, checkedAt: await tx.now(), checkedBy: ctx.userId, version: item.version + 1,
      });
      await tx.em.save(SpotCheckItemRow, item);
      return finish(tx, 'score', check, { itemId: item.id, outcome: item.state, score: item.score, falseRecord: isFalse });
    }, { request });
  }

  @Rpc(SpotCheckService.method.closeSpotCheck)
  async closeSpotCheck(request: CloseSpotCheckRequest, ctx: CallContext): ReturnType<Checks['closeSpotCheck']> {
    return this.db.command(ctx, async (tx) => {
      const check = await checkFor(tx, 'close', request.id);
      expectVersion(check, request.version, { state: check.state });
      refuseClosed(check.state, 'close');
      const items = await tx.em.findBy(SpotCheckItemRow, { checkId: check.id });
      refuseOpenItems(items);
      const closedAt = await tx.now();
      Object.assign(check, { state: 'closed', guidance: request.guidance, closedAt, closedBy: ctx.userId, version: check.version + 1 });
      await tx.em.save(SpotCheckRow, check);
      const { drawn, checked, unreachable, falseRecords, scoreSum } = figuresOf(items);
      await tell(tx, check, 'spot_check.closed', { recipientRole: 'dealer_manager', recipientDealerId: check.dealerId });
      await tx.announce(SpotCheckClosedSchema, {
        checkId: check.id, number: check.number, dealerId: check.dealerId, closedAt, closedOn: businessDate(closedAt), drawn, checked, unreachable, falseRecords, scoreSum,
      });
      return finish(tx, 'close', check, { checked, unreachable, falseRecords });
    }, { request });
  }

  @Rpc(SpotCheckService.method.acknowledgeSpotCheck)
  async acknowledgeSpotCheck(request: AcknowledgeSpotCheckRequest, ctx: CallContext): ReturnType<Checks['acknowledgeSpotCheck']> {
    return this.db.command(ctx, async (tx) => {
      const check = await checkFor(tx, 'acknowledge', request.id);
      if (check.acknowledgedAt !== null) return refOf(check);
      Object.assign(check, { acknowledgedAt: await tx.now(), acknowledgedBy: ctx.userId, version: check.version + 1 });
      await tx.em.save(SpotCheckRow, check);
      return finish(tx, 'acknowledge', check, {});
    }, { request });
  }
}

/** Loads a check for a change: locked, seen, by a role that may; a dealer sees it once it is closed. */
async function checkFor(tx: Tx, action: CheckAction, id: string): Promise<SpotCheckRow> {
  const check = seen(tx.ctx, await tx.em.findOne(SpotCheckRow, { where: { id }, lock: { mode: 'pessimistic_write' } }), 'spot check');
  if (tx.ctx.dealerId !== null && check.state !== 'closed') throw notFound('spot check');
  requireCheckRole(action, tx.ctx.role);
  return check;
}

/** The filed calls that the dealer solved in the period, also those whose reopening was cancelled; one whose customer was erased cannot be checked (C-5). */
function filedRecords(tx: Tx, { dealerId, from, to }: DrawSpotCheckRequest): Promise<{ id: string; number: string }[]> {
  return tx.sql<{ id: string; number: string }>({
    name: 'filed_records',
    text: `
      select id, number from repair_call where dealer_id = $1::uuid and state = 'filed' and contact_phone <> '' and resolved_at >= $2::timestamptz and resolved_at < $3::timestamptz
      union all
      select c.id, c.number from repair_call c where c.dealer_id = $1::uuid and c.state = 'cancelled' and c.contact_phone <> ''
        and c.solved_before >= $2::timestamptz and c.solved_before < $3::timestamptz and exists (select from call_event e where e.call_id = c.id and e.action = 'file')
      order by id`,
    values: [dealerId, startOfDay(from), startOfDay(addDays(to, 1))],
  });
}

function itemOf({ id: checkId, dealerId }: SpotCheckRow, drawn: { callId: string; callNumber: string; position: number }): SpotCheckItemRow {
  return {
    ...drawn, id: newId(), checkId, dealerId, state: 'open', answers: [], score: null, falseRecord: false, finding: '', guidance: '', attempts: 0, checkedAt: null,
    checkedBy: null, version: 1,
  };
}

async function tell(tx: Tx, check: SpotCheckRow, kind: string, to: { recipientRole: string; recipientDealerId?: string }): Promise<void> {
  await tx.announce(NoticeRequestedSchema, {
    ...to, kind, documentKind: KIND, documentId: check.id, documentNumber: check.number, severity: kind === 'spot_check.closed' ? 'info' : 'warning', params: '{}',
  });
}

/** The audit entry and the answer of a change. */
async function finish(tx: Tx, action: string, check: SpotCheckRow, shown: Record<string, unknown>) {
  const changed = Object.fromEntries(Object.entries({ state: check.state, ...shown }).map(([field, after]) => [field, { after }]));
  await tx.audit({ action, kind: KIND, id: check.id, dealerId: check.dealerId, changed });
  return refOf(check);
}

function refOf({ id, number, state, version }: SpotCheckRow) {
  return { id, number, state, version };
}
