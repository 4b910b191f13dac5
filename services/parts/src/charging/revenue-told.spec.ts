import { ChargeSlipService, ChargeSlipPaidSchema, ObligationEndService, ObligationService, PartsRequestService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { QueryRunner } from 'typeorm';
import { Charging1800500000000 } from '../migrations/1800500000000-charging.js';
import { startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
beforeAll(async () => {
  world = await startParts();
  world.around.coverage.set('OUT', 'not_covered').set('IN', 'covered');
});
afterAll(() => world?.service.stop());

const slips = (ctx = world.as('finance_clerk')) => world.service.client(ChargeSlipService, ctx);
type Line = { lineId: string; reason: string; quantity: number; revenueNet: string; revenueQuantity: number };
async function told<T>(kind: string, key: string, id: string): Promise<T[]> {
  const rows = await world.service.sql<{ payload: string }>(`select payload from outbox where event_type = $1 and payload::json ->> $2 = $3 order by created_at, id`, [`aftercare.parts.v1.${kind}`, key, id]);
  return rows.map(({ payload }) => JSON.parse(payload) as T);
}
async function paidSlip(partId: string, quantity: number) {
  const { id } = await world.request([[partId, quantity, 'OUT']]);
  const { version, lines } = await world.review(id);
  await world.service.client(PartsRequestService, world.dealer()).acceptQuote({ id, version, lineIds: [lines[0].id], paymentMethod: 'cash', invoiceWish: 'now' });
  const [draft] = (await slips().listChargeSlips({ requestId: id })).items;
  const slip = await slips().confirmChargeSlip({ id: draft.id, version: draft.version });
  await world.service.publish(ChargeSlipPaidSchema, { slipId: slip.id, dealerId: world.dealerId, paid: true, paidTotal: '1.00', version: 2 });
  await world.service.drain();
  return { requestId: id, slip, lineId: (await slips().getChargeSlip({ id: slip.id })).lines[0].id };
}

describe('F-8: revenue as it is told', () => {
  it('F-8: a charged line is no revenue when confirmed and by its share when it ships; a reversal takes back first what has not shipped', async () => {
    const partId = await world.part({ price: '12.345', stock: 1 });
    const { requestId, slip, lineId } = await paidSlip(partId, 2);
    const [confirmed] = await told<{ lines: Line[] }>('ChargeSlipConfirmed', 'slipId', slip.id);
    expect(confirmed.lines).toMatchObject([{ lineId, quantity: 2, netAmount: '24.69', originKind: 'parts_request_line', revenueNet: '0.00', revenueQuantity: 0 }]);
    await world.ship(await world.agree(await world.plan((await world.pick(requestId))[0])));
    await world.receive(partId, 1);
    await world.ship(await world.plan((await world.pick(requestId))[0]));
    const shipped = await told<{ lines: { chargeSlipLineId: string; reason: string; revenueNet: string }[] }>('PartsShipped', 'requestId', requestId);
    expect(shipped.flatMap(({ lines }) => lines)).toMatchObject([
      { chargeSlipLineId: lineId, reason: 'reason_not_covered', revenueNet: '12.35' }, { chargeSlipLineId: lineId, reason: 'reason_not_covered', revenueNet: '12.34' },
    ]);
    await slips().reverseChargeSlip({ id: slip.id, version: slip.version, lines: [{ lineId, quantity: 1 }], reason: 'lost' });
    const [reversed] = await told<{ lines: Line[] }>('ChargeSlipReversed', 'slipId', slip.id);
    expect(reversed).toMatchObject({ origin: 'request', direction: 'charge', netTotal: '12.35', lines: [{ lineId, quantity: 1, originKind: 'parts_request_line', revenueNet: '12.35', revenueQuantity: 1 }] });
  });

  it('F-8: what is reversed before it ships never was revenue', async () => {
    const { slip, lineId } = await paidSlip(await world.part({ price: '10' }), 3);
    await slips().reverseChargeSlip({ id: slip.id, version: slip.version, lines: [{ lineId, quantity: 2 }], reason: 'fewer' });
    await slips().reverseChargeSlip({ id: slip.id, version: slip.version + 1, lines: [], reason: 'none' });
    const reversals = await told<{ lines: Line[] }>('ChargeSlipReversed', 'slipId', slip.id);
    expect(reversals.flatMap(({ lines }) => lines)).toMatchObject([{ quantity: 2, netAmount: '20.00', revenueNet: '0.00', revenueQuantity: 0 }, { quantity: 1, netAmount: '10.00', revenueNet: '0.00' }]);
  });

  it('F-8, P-8: a free line tells no revenue; its exclusion found later is revenue when confirmed, and taken back whole', async () => {
    const partId = await world.part({ price: '30', stock: 1 });
    const { id } = await world.request([[partId, 1, 'IN']]);
    await world.review(id);
    await world.ship(await world.plan((await world.pick(id))[0]));
    expect((await told<{ lines: object[] }>('PartsShipped', 'requestId', id))[0].lines).toMatchObject([{ reason: '', revenueNet: '' }]);
    const [obligation] = (await world.service.client(ObligationService, world.as('service_clerk')).listObligations({ partId })).items;
    const charged = await world.service.client(ObligationEndService, world.as('service_clerk')).chargeObligation({
      id: obligation.id, version: obligation.version, quantity: 1, exclusion: 'misuse', cause: 'forced', evidence: [{ id: newId(), sha256: 'a'.repeat(64) }], paymentMethod: 'cash', invoiceWish: 'later',
    });
    const [confirmed] = await told<{ lines: Line[] }>('ChargeSlipConfirmed', 'slipId', charged.id);
    expect(confirmed).toMatchObject({ origin: 'exclusion', lines: [{ reason: 'misuse', originKind: 'obligation', originId: obligation.id, revenueNet: '30.00', revenueQuantity: 1 }] });
    await slips().reverseChargeSlip({ id: charged.id, version: charged.version, lines: [], reason: 'it was covered' });
    expect(await told('ChargeSlipReversed', 'slipId', charged.id)).toMatchObject([{ origin: 'exclusion', lines: [{ reason: 'misuse', revenueNet: '30.00', revenueQuantity: 1 }] }]);
  });

  it('F-8: of what had shipped before, a line earned its net at most, also where missing pieces were shipped again', async () => {
    const partId = await world.part({ price: '10', stock: 2 });
    const { requestId, lineId } = await paidSlip(partId, 2);
    await world.ship(await world.plan((await world.pick(requestId))[0]));
    await world.service.sql(
      `insert into shipping_line
       select (jsonb_populate_record(null::shipping_line, to_jsonb(l) || jsonb_build_object('id', $2::uuid, 'quantity', 1, 'shipped_at', l.shipped_at + interval '1 day'))).*
         from shipping_line l where l.charge_slip_line_id = $1`, [lineId, newId()]);
    const migration = new Charging1800500000000();
    const runner = { query: (text: string) => world.service.sql(text) } as unknown as QueryRunner;
    await migration.down(runner);
    await migration.up(runner);
    const earned = await world.service.sql<{ quantity: number; net: string }>('select quantity, revenue_net::text as net from shipping_line where charge_slip_line_id = $1 order by shipped_at', [lineId]);
    expect(earned).toEqual([{ quantity: 2, net: '20.00' }, { quantity: 1, net: '0.00' }]);
  });
});
