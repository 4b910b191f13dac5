import { ChargeSlipPaidSchema, ChargeSlipService, PartsRequestService } from '@aftercare/contracts';
import type { PartsWorld } from '../parts.fixture.js';

/** What specs of the revenue list do with the world of parts. */
export function revenueOf(world: PartsWorld) {
  const slips = () => world.service.client(ChargeSlipService, world.as('finance_clerk'));
  const confirmed = ({ id, version }: { id: string; version: number }) => slips().confirmChargeSlip({ id, version });
  return {
    slips,
    confirmed,
    /** A charged line of a request, confirmed and paid. */
    async paid(partId: string, quantity: number) {
      const { id } = await world.request([[partId, quantity, 'OUT']]);
      const { version, lines } = await world.review(id);
      await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'cash', invoiceWish: 'now' });
      const [draft] = (await slips().listChargeSlips({ requestId: id })).items;
      const slip = await confirmed(draft);
      await world.service.publish(ChargeSlipPaidSchema, { slipId: slip.id, dealerId: world.dealerId, paid: true, paidTotal: '1.00', version: 2 });
      await world.service.drain();
      return { requestId: id, slip, lineId: (await slips().getChargeSlip({ id: slip.id })).lines[0].id };
    },
    /** What of a request is there leaves, once a day is agreed. */
    async leaves(requestId: string): Promise<void> {
      for (const pickingId of await world.pick(requestId)) {
        const planned = await world.plan(pickingId);
        await world.ship(planned.state === 'planned' ? await world.agree(planned) : planned);
      }
    },
    /** Takes pieces of a slip back, all that is left unless told. */
    async reversed(slip: { id: string }, lines: { lineId: string; quantity: number }[] = []): Promise<void> {
      const { version } = await slips().getChargeSlip({ id: slip.id });
      await slips().reverseChargeSlip({ id: slip.id, version, lines, reason: 'taken back' });
    },
    manual: (dealerId: string, partIds: string[], quantity = 2) =>
      slips().createManualSlip({ dealerId, paymentMethod: 'cash', invoiceWish: 'later', reason: 'lost tool', lines: partIds.map((partId) => ({ partId, quantity })) }),
  };
}
