import { Controller } from '@nestjs/common';
import {
  QualityWatchService, type GetQualityAlertRequest, type ListControlPointsRequest, type ListQualityAlertsRequest, type ListQualityHintsRequest, type QualityAlert,
} from '@aftercare/contracts';
import { businessDate, isId, requireRole } from '@aftercare/domain';
import { invalidField, notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Conditions, Database, jsonPage, listStatement, pageAnswer, pageOf, planEachTime, settingAt, type JsonRow, type ListOrder, type Tx } from '@aftercare/service';
import { askedOf, QUALITY_READERS, requireId } from '../quality/quality-figure.handlers.js';
import { listHints, type HintLimits, type HintRow } from './hints.queries.js';
import { worded } from './hints.texts.js';
import { listPoints, rateText } from './points.queries.js';

type Watch = Handlers<typeof QualityWatchService>;

/** control limits, alerts, and hints on records. */
@Controller()
export class QualityWatchHandlers implements Watch {
  constructor(private readonly db: Database) {}

  @Rpc(QualityWatchService.method.listControlPoints)
  async listControlPoints(request: ListControlPointsRequest, ctx: CallContext): ReturnType<Watch['listControlPoints']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    requireKind(request.kind);
    const page = pageOf(request.page, { list: `control-points ${request.kind}` });
    return jsonPage(await this.db.many<JsonRow>(ctx, listPoints(request, page)), page);
  }

  @Rpc(QualityWatchService.method.listQualityAlerts)
  async listQualityAlerts(request: ListQualityAlertsRequest, ctx: CallContext): ReturnType<Watch['listQualityAlerts']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    if (!['', 'open', 'over'].includes(request.state)) throw invalidField('state', 'Open or over.');
    if (request.kind !== '') requireKind(request.kind);
    const page = pageOf(request.page, { list: 'quality-alerts', key: 'instant' });
    const where = new Conditions().when(request.kind, 'k', (kind) => `r.kind = ${kind}`);
    if (request.state !== '') where.add(request.state, () => (request.state === 'open' ? 'r.ended_at is null' : 'r.ended_at is not null'));
    const columns = `r.id, r.opened_at::text as key, ${ALERT}::text as item`;
    return jsonPage(await this.db.many<JsonRow>(ctx, listStatement({ name: 'quality_alerts', table: 'quality_alert', order: NEWEST, where, page, columns })), page);
  }

  @Rpc(QualityWatchService.method.getQualityAlert)
  async getQualityAlert({ id }: GetQualityAlertRequest, ctx: CallContext): ReturnType<Watch['getQualityAlert']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    const found = isId(id) ? await this.db.one<{ alert: QualityAlert }>(ctx, { name: 'quality_alert', text: `select ${ALERT} as alert from quality_alert r where r.id = $1`, values: [id] }) : null;
    if (!found) throw notFound('quality alert');
    return found.alert;
  }

  @Rpc(QualityWatchService.method.listQualityHints)
  async listQualityHints(request: ListQualityHintsRequest, ctx: CallContext): ReturnType<Watch['listQualityHints']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    requireId(request.dealerId, 'dealerId');
    const page = pageOf(request.page, { list: `quality-hints ${request.kind}`, key: 'date' });
    return this.db.read(ctx, async (tx) => {
      const asked = { ...(await askedOf(tx, request)), limits: await limitsOf(tx) };
      await planEachTime(tx);
      const { items, nextCursor } = pageAnswer(await tx.sql<HintRow>(listHints(asked, request, page)), page, ({ on }) => on);
      return { items: items.map((hint) => worded(hint, ctx.locale)), nextCursor };
    });
  }
}

async function limitsOf(tx: Tx): Promise<HintLimits> {
  const today = businessDate(await tx.now());
  return {
    minutes: await settingAt(tx, 'quality.hintMinutes', today), casesMin: await settingAt(tx, 'quality.hintCasesMin', today),
    partsFactorPercent: await settingAt(tx, 'quality.hintPartsFactorPercent', today),
  };
}

function requireKind(kind: string): void {
  if (!['lot', 'part'].includes(kind)) throw invalidField('kind', 'Lot or part.');
}

const NEWEST: ListOrder = { by: 'r.opened_at', direction: 'desc', type: 'timestamptz' };
const ALERT = `json_build_object('id', r.id, 'number', r.number, 'kind', r.kind, 'key', r.key, 'label', r.label, 'state', case when r.ended_at is null then 'open' else 'over' end,
  'openedAt', iso(r.opened_at), 'endedAt', coalesce(iso(r.ended_at), ''), 'from', r.from_on, 'to', r.to_on, 'cases', r.cases, 'rate', ${rateText('r.rate')},
  'centre', ${rateText('r.centre')}, 'limit', ${rateText('r.upper')})`;
