import { Controller } from '@nestjs/common';
import { PromiseRateService, type ListPromisedVisitsRequest, type ListPromiseRatesRequest } from '@aftercare/contracts';
import { requireRole } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, jsonPage, type JsonRow } from '@aftercare/service';
import { listPromiseRates, listVisits, openable, type PromiseRow } from './promises.queries.js';
import { askedOf, QUALITY_READERS, requireId } from './quality-figure.handlers.js';

type Promises = Handlers<typeof PromiseRateService>;

/** how dealers and technicians keep what customers were promised, and the windows behind it. */
@Controller()
export class PromiseRateHandlers implements Promises {
  constructor(private readonly db: Database) {}

  @Rpc(PromiseRateService.method.listPromiseRates)
  async listPromiseRates(request: ListPromiseRatesRequest, ctx: CallContext): ReturnType<Promises['listPromiseRates']> {
    requireReader(request, ctx);
    return this.db.read(ctx, async (tx) => {
      const asked = await askedOf(tx, request);
      const { page, statement } = listPromiseRates(asked, request);
      const rows = await tx.sql<PromiseRow>(statement);
      return jsonPage(rows.map((row) => openable(row, asked, request)), page);
    });
  }

  @Rpc(PromiseRateService.method.listPromisedVisits)
  async listPromisedVisits(request: ListPromisedVisitsRequest, ctx: CallContext): ReturnType<Promises['listPromisedVisits']> {
    requireReader(request, ctx);
    return this.db.read(ctx, async (tx) => {
      const { page, statement } = listVisits(await askedOf(tx, request), request);
      return jsonPage(await tx.sql<JsonRow>(statement), page);
    });
  }
}

function requireReader({ dealerId, technicianUserId }: { dealerId: string; technicianUserId: string }, ctx: CallContext): void {
  requireRole(ctx.role, QUALITY_READERS, 'quality.read');
  requireId(dealerId, 'dealerId');
  requireId(technicianUserId, 'technicianUserId');
}
