import { Controller } from '@nestjs/common';
import {
  QualityFigureService, type ListMonthsInServiceRequest, type ListQualityBarsRequest, type ListQualityRecordsRequest, type ListRatedCallsRequest,
  type ListServiceRatesRequest,
} from '@aftercare/contracts';
import { addDays, businessDate, isId, isRealDate, Refusal, requireRole } from '@aftercare/domain';
import { invalidField, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, pageOf, planEachTime, type JsonRow, type Tx } from '@aftercare/service';
import { LAST_DAY, periodOf, regionPrefix, type Period } from '../files/dealer-file.rules.js';
import { generationsOf } from '../model/generations.js';
import { dimensionOf, listBars, openable, type BarRow } from './bars.queries.js';
import { refuseContradiction, type CaseFilter } from './opens.rules.js';
import { listRatedCalls, listRates, openableRate, type RateRow } from './rates.queries.js';
import { listRecords } from './records.queries.js';
import { monthsInService, openableMonth, type MonthRow } from './service-months.queries.js';

type Figures = Handlers<typeof QualityFigureService>;
/** Who reads quality figures: they compare dealers, and hold what parts are worth. */
export const QUALITY_READERS = ['service_clerk', 'service_supervisor', 'quality_engineer', 'auditor'] as const;
const SERVICE_MONTH_MAX = 600;
const LOT = /^[0-9a-f-]{36}\/\d{4}-\d{2}$/;

/** figures from the fault table, each with what opens its records. */
@Controller()
export class QualityFigureHandlers implements Figures {
  constructor(private readonly db: Database) {}

  @Rpc(QualityFigureService.method.listQualityBars)
  async listQualityBars(request: ListQualityBarsRequest, ctx: CallContext): ReturnType<Figures['listQualityBars']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    const [by, filter] = [dimensionOf(request.by), checked(request)];
    return this.db.read(ctx, async (tx) => {
      const asked = { by, filter, ...(await askedOf(tx, request)) };
      const { page, statement } = listBars(asked, request);
      // Whatever narrows it decides how it is best read.
      await planEachTime(tx);
      return jsonPage((await tx.sql<BarRow>(statement)).map((row) => openable(row, asked)), page);
    });
  }

  @Rpc(QualityFigureService.method.listQualityRecords)
  async listQualityRecords(request: ListQualityRecordsRequest, ctx: CallContext): ReturnType<Figures['listQualityRecords']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    checked(request);
    requireId(request.unitId, 'unitId');
    requireId(request.soldBy, 'soldBy');
    if (request.serviceMonth < 0 || request.serviceMonth > SERVICE_MONTH_MAX) throw invalidField('serviceMonth', 'A month in service is counted from 1.');
    const page = pageOf(request.page, { list: 'quality-records', key: 'instant' });
    return this.db.read(ctx, async (tx) => {
      const { generation, today, period } = await askedOf(tx, request);
      const sold = soldIn(request);
      const asked = { generation, sold, period: sold ? sinceSale(sold, request, { period, today }) : period };
      return jsonPage(await tx.sql<JsonRow>(listRecords(asked, request, page)), page);
    });
  }

  @Rpc(QualityFigureService.method.listMonthsInService)
  async listMonthsInService(request: ListMonthsInServiceRequest, ctx: CallContext): ReturnType<Figures['listMonthsInService']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    const filter = checked(request);
    return this.db.read(ctx, async (tx) => {
      const { generation, today, period: sold } = await askedOf(tx, request);
      const asked = { generation, sold, filter, today };
      const { page, statement } = monthsInService(asked, request);
      return jsonPage((await tx.sql<MonthRow>(statement)).map((row) => openableMonth(row, asked)), page);
    });
  }

  @Rpc(QualityFigureService.method.listServiceRates)
  async listServiceRates(request: ListServiceRatesRequest, ctx: CallContext): ReturnType<Figures['listServiceRates']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    requireId(request.dealerId, 'dealerId');
    return this.db.read(ctx, async (tx) => {
      const asked = { ...(await askedOf(tx, request)), prefix: regionPrefix(request.region) };
      const { page, statement } = listRates(asked, request);
      return jsonPage((await tx.sql<RateRow>(statement)).map((row) => openableRate(row, asked, request)), page);
    });
  }

  @Rpc(QualityFigureService.method.listRatedCalls)
  async listRatedCalls(request: ListRatedCallsRequest, ctx: CallContext): ReturnType<Figures['listRatedCalls']> {
    requireRole(ctx.role, QUALITY_READERS, 'quality.read');
    requireId(request.dealerId, 'dealerId');
    return this.db.read(ctx, async (tx) => {
      const { page, statement } = listRatedCalls({ ...(await askedOf(tx, request)), prefix: regionPrefix(request.region) }, request);
      return jsonPage(await tx.sql<JsonRow>(statement), page);
    });
  }
}

/** The period and the read model a question is about. */
export async function askedOf(tx: Tx, request: { from: string; to: string }): Promise<{ period: Period; generation: number; today: string }> {
  const { current: generation } = await generationsOf(tx);
  const today = businessDate(await tx.now());
  return { period: periodOf(request, today), generation, today };
}

/** What was found on units sold in a period: without dates all of it, however long ago they were sold. */
function sinceSale(sold: Period, request: { from: string; to: string }, { period, today }: { period: Period; today: string }): Period {
  return request.from === '' && request.to === '' ? { from: sold.from, to: addDays(today, 1) } : period;
}

/** The days of sale that records are narrowed to, null for all. */
function soldIn({ soldFrom, soldTo, soldBy, serviceMonth }: ListQualityRecordsRequest): Period | null {
  if (soldFrom === '' && soldTo === '') {
    if (serviceMonth !== 0) throw invalidField('soldFrom', 'A month in service is one of units sold in a period: say when they were sold.');
    if (soldBy !== '') throw invalidField('soldFrom', 'Who sold the units is asked of those sold in a period: say when they were sold.');
    return null;
  }
  for (const [field, day] of [['soldFrom', soldFrom], ['soldTo', soldTo]]) if (!isRealDate(day)) throw invalidField(field, 'This is not a calendar date.', 'INVALID_DATE');
  if (soldFrom > soldTo) throw new Refusal('invalid_argument', 'PERIOD_INVALID', 'A period is from a first to a last day.', { field: 'soldFrom', years: 5 });
  if (soldTo > LAST_DAY) throw new Refusal('invalid_argument', 'PERIOD_INVALID', 'Behind this day there is no calendar.', { field: 'soldTo', years: 5 });
  return { from: soldFrom, to: addDays(soldTo, 1) };
}

function checked(filter: CaseFilter): CaseFilter {
  for (const field of ['modelId', 'dealerId', 'partId'] as const) requireId(filter[field], field);
  if (filter.lot !== '' && !LOT.test(filter.lot)) throw invalidField('lot', 'A lot is a model and a month: id/yyyy-mm.');
  refuseContradiction(filter);
  const { stage, family, modelId, lot, dealerId, partId, faultCode, causeCode, actionCode, problem, without } = filter;
  return { stage, family, modelId, lot, dealerId, partId, faultCode, causeCode, actionCode, problem, without };
}

/** An id that is none would be refused by the database. */
export function requireId(id: string, field: string): void {
  if (id !== '' && !isId(id)) throw invalidField(field, 'This is not an id.');
}
