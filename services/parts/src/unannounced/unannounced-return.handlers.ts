import { Controller } from '@nestjs/common';
import { DealerService, UnannouncedReturnService, type FindReturnByLabelRequest, type ReceiveUnannouncedRequest } from '@aftercare/contracts';
import { newId, type ParcelState } from '@aftercare/domain';
import { Bus, invalidField, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { idOr404, refOf } from '../documents.js';
import { notify } from '../notices.js';
import { Parcel } from '../returns/return-parcel.entity.js';
import { siteOf } from '../returns/return-parcel.handlers.js';
import { assertParcelRole, assertSite, parcelSteps } from '../returns/return-parcel.rules.js';
import { assertUnannounced, readLabel, type LabelFinding } from './label.rules.js';

const BY_LABEL = `
  select dealer_id as "dealerId", id, number, state, version from return_parcel where number = $1
  union all select dealer_id, id, number, state, version from return_parcel where waybill_number = $1 and waybill_number <> ''
  union all select dealer_id, id, number, state, version from return_parcel where onward_waybill_number = $1 and onward_waybill_number <> ''
  union all select dealer_id, null, null, null, null from shipping_order where number = $1
  union all select dealer_id, null, null, null, null from shipping_order where waybill_number = $1 and waybill_number <> ''`;

interface LabelRow {
  dealerId: string;
  id: string | null;
  number: string;
  state: ParcelState;
  version: number;
}

/** Parcels that come without announcement (H-5). */
@Controller()
export class UnannouncedReturnHandlers implements Handlers<typeof UnannouncedReturnService> {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(UnannouncedReturnService.method.findReturnByLabel)
  async findReturnByLabel(request: FindReturnByLabelRequest, ctx: CallContext) {
    assertParcelRole('receive', ctx);
    const { dealerId, awaited } = await this.db.read(ctx, (tx) => findingOf(tx, request.label));
    return { dealerId, parcelId: awaited?.id ?? '', number: awaited?.number ?? '', state: awaited?.state ?? '', version: awaited?.version ?? 0 };
  }

  @Rpc(UnannouncedReturnService.method.receiveUnannounced)
  async receiveUnannounced(request: ReceiveUnannouncedRequest, ctx: CallContext) {
    assertParcelRole('receive', ctx);
    if ((request.label.trim() === '') === (request.dealerId === '')) throw invalidField('label', 'The label or the dealer.', 'LABEL_OR_DEALER');
    if (request.dealerId !== '') await this.bus.client(DealerService).getDealerStanding({ id: idOr404(request.dealerId, 'dealer') }, { ctx });
    return this.db.command(ctx, async (tx) => {
      assertSite('receive', await siteOf(tx, request.warehouseId), ctx);
      const dealerId = request.dealerId || (await dealerOf(tx, request.label));
      const now = await tx.now();
      const number = await tx.nextNumber('return_parcel', { prefix: 'RT', gapFree: false });
      const parcel = tx.em.create(Parcel, {
        id: newId(), number, dealerId, state: parcelSteps.next('receive', 'in_transit'), viaTransitId: null, warehouseId: request.warehouseId, carrier: request.carrier,
        waybillNumber: request.waybillNumber, onwardCarrier: '', onwardWaybillNumber: '', unannounced: true, difference: false, createdAt: now, receivedAt: now, announcedPhotos: [], countedPhotos: [],
        countedAt: null, createdBy: ctx.userId, version: 1,
      });
      await tx.em.insert(Parcel, parcel);
      await tx.audit({ action: 'receive-unannounced', kind: 'return_parcel', id: parcel.id, dealerId, changed: { state: { after: parcel.state } } });
      await notify(tx, { kind: 'return.unannounced', role: 'dealer_manager', dealerId, document: { kind: 'return-parcel', id: parcel.id, number } });
      return refOf(parcel);
    }, { request });
  }
}

async function findingOf(tx: Tx, label: string): Promise<LabelFinding> {
  const rows = await tx.sql<LabelRow>({ name: 'return_by_label', text: BY_LABEL, values: [label.trim()] });
  return readLabel(rows.map(({ dealerId, id, number, state, version }) => ({ dealerId, parcel: id === null ? null : { id, number, state, version } })));
}

async function dealerOf(tx: Tx, label: string): Promise<string> {
  const finding = await findingOf(tx, label);
  assertUnannounced(finding);
  return finding.dealerId;
}
