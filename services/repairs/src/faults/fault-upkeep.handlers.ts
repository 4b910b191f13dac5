import { Controller } from '@nestjs/common';
import {
  FaultUpkeepService,
  type DeactivateFaultCodeRequest, type FindFaultCodesRequest, type GetFaultCodeRequest, type PublishFaultFamilyRequest, type UpdateFaultCodeRequest,
} from '@aftercare/contracts';
import { allowedActions } from '@aftercare/domain';
import { notFound, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { requireReason } from '../calls/call.rules.js';
import { changeCode } from './fault-code.js';
import { FaultCodeRow } from './fault-code.entity.js';
import { publishedCodes } from './record-codes.js';
import { codeActions, refuseWrongNames, requireCodeRole } from './fault-code.rules.js';

type Upkeep = Handlers<typeof FaultUpkeepService>;

/** Upkeep of the fault catalogue. */
@Controller()
export class FaultUpkeepHandlers implements Upkeep {
  constructor(private readonly db: Database) {}

  @Rpc(FaultUpkeepService.method.getFaultCode)
  async getFaultCode({ id }: GetFaultCodeRequest, ctx: CallContext): ReturnType<Upkeep['getFaultCode']> {
    return this.db.read(ctx, async (tx) => {
      const row = await tx.em.findOneBy(FaultCodeRow, { id });
      if (!row) throw notFound('fault code');
      return { ...row, allowedActions: allowedActions(ctx, codeActions(row.state, ctx.role)) };
    });
  }

  @Rpc(FaultUpkeepService.method.findFaultCodes)
  async findFaultCodes({ codes }: FindFaultCodesRequest, ctx: CallContext): ReturnType<Upkeep['findFaultCodes']> {
    return this.db.read(ctx, async (tx) => {
      const published = await publishedCodes(tx, codes.map((faultCode) => ({ faultCode, causeCode: '', actionCode: '' })));
      const items = published.filter(({ kind }) => kind === 'fault').map(({ family, code }) => ({ family, code }));
      return { items };
    });
  }

  @Rpc(FaultUpkeepService.method.updateFaultCode)
  async updateFaultCode(request: UpdateFaultCodeRequest, ctx: CallContext): ReturnType<Upkeep['updateFaultCode']> {
    refuseWrongNames(request);
    const { name, nameEn } = request;
    return this.db.command(ctx, (tx) => changeCode(tx, 'update', request, { changed: { name, nameEn } }), { request });
  }

  @Rpc(FaultUpkeepService.method.publishFaultFamily)
  async publishFaultFamily(request: PublishFaultFamilyRequest, ctx: CallContext): ReturnType<Upkeep['publishFaultFamily']> {
    requireCodeRole('publish', ctx.role);
    return this.db.command(ctx, async (tx) => {
      const drafts = await tx.em.find(FaultCodeRow, { where: { family: request.family, state: 'draft' }, order: { id: 'ASC' } });
      for (const { id, version } of drafts) await changeCode(tx, 'publish', { id, version });
      return { published: drafts.length };
    }, { request });
  }

  @Rpc(FaultUpkeepService.method.deactivateFaultCode)
  async deactivateFaultCode(request: DeactivateFaultCodeRequest, ctx: CallContext): ReturnType<Upkeep['deactivateFaultCode']> {
    const reason = requireReason(request.reason);
    return this.db.command(ctx, (tx) => changeCode(tx, 'deactivate', request, { reason }), { request });
  }
}
