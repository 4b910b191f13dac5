import { ChargeSlipService } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let month: string;
const drawn: { id: string; number: string }[] = [];
const slips = (ctx = world.as('finance_clerk')) => world.service.client(ChargeSlipService, ctx);
const numbersOf = (items: readonly { number: string }[]): string[] => items.map(({ number }) => number);

/** Four slips at 100.00 without tax each: two of one dealer confirmed, the second reversed, one of another dealer, one draft. */
beforeAll(async () => {
  world = await startParts();
  month = businessDate(await world.service.now()).slice(0, 7);
  const partId = await world.part({ price: '100' });
  const draft = (dealerId: string, invoiceWish: string) => slips().createManualSlip({ dealerId, paymentMethod: 'cash', invoiceWish, reason: 'lost tool', lines: [{ partId, quantity: 1 }] });
  for (const [dealerId, wish] of [[world.dealerId, 'now'], [world.dealerId, 'later'], [newId(), 'later']] as const) {
    const { id, version } = await draft(dealerId, wish);
    drawn.push(await slips().confirmChargeSlip({ id, version }));
  }
  drawn.push(await slips().reverseChargeSlip({ id: drawn[1].id, version: 2, lines: [], reason: 'entered wrongly' }));
  await draft(world.dealerId, 'never');
});
afterAll(() => world?.service.stop());

describe('X-2: the slip register', () => {
  it('F-1: filters by dealer, month, state, origin, direction, reason, wish and number', async () => {
    const found = async (filter: object): Promise<string[]> => numbersOf((await slips().listChargeSlips({ page: { sort: 'number' }, ...filter })).items);
    const [one, two, three, reversal] = numbersOf(drawn);
    expect(await found({ dealerId: world.dealerId })).toEqual(['', one, two, reversal]);
    expect(await found({ month })).toEqual([one, two, three, reversal]);
    expect(await found({ month: '2001-01' })).toEqual([]);
    expect([await found({ state: 'draft' }), await found({ state: 'void' }), await found({ state: 'confirmed' })]).toEqual([[''], [two], [one, three, reversal]]);
    expect([await found({ origin: 'reversal' }), await found({ origin: 'stocktake' })]).toEqual([[reversal], []]);
    expect([await found({ direction: 'reimbursement' }), (await found({ direction: 'charge' })).length]).toEqual([[], 5]);
    expect([await found({ reason: 'misuse' }), (await found({ reason: 'manual' })).length]).toEqual([[], 5]);
    expect(await found({ invoiceWish: 'later' })).toEqual([two, three, reversal]);
    expect([await found({ number: three }), (await found({ number: 'CS-' })).length, await found({ number: 'PL-' })]).toEqual([[three], 4, []]);
    expect(await found({ dealerId: world.dealerId, month, invoiceWish: 'now' })).toEqual([one]);
  });

  it('X-2: sorts and pages along each order to the end, a row each', async () => {
    const walk = async (sort: string): Promise<string[]> => {
      const seen: string[] = [];
      for (let cursor = '', at = 0; at < 9; at += 1) {
        const { items, nextCursor } = await slips().listChargeSlips({ page: { sort, limit: 2, cursor } });
        seen.push(...items.map(({ id }) => id));
        if (nextCursor === '') break;
        cursor = nextCursor;
      }
      return seen;
    };
    const byNumber = await walk('number');
    expect([new Set(byNumber).size, await walk('-number')]).toEqual([5, [...byNumber].reverse()]);
    const oldest = await walk('createdAt');
    expect([new Set(oldest).size, await walk('-createdAt')]).toEqual([5, [...oldest].reverse()]);
    expect(await reasonOf(slips().listChargeSlips({ page: { sort: 'dealerId' } }))).toBe('SORT_UNKNOWN');
    expect(await reasonOf(slips().listChargeSlips({ dealerId: 'x' }))).toBe('ID_INVALID');
    const { nextCursor } = await slips().listChargeSlips({ page: { sort: 'number', limit: 2 } });
    expect(await reasonOf(slips().listChargeSlips({ page: { sort: '-number', limit: 2, cursor: nextCursor } }))).toBe('CURSOR_INVALID');
  });

  it('F-5: a row says what it is, and a reversal what it reverses', async () => {
    const [row] = (await slips().listChargeSlips({ origin: 'reversal' })).items;
    expect(row).toMatchObject({
      number: drawn[3].number, direction: 'charge', state: 'confirmed', netTotal: '-100.00', taxTotal: '-13.00', grossTotal: '-113.00', paymentMethod: 'cash', invoiceWish: 'later',
      reason: 'entered wrongly', reversesSlipNumber: drawn[1].number, month, paid: true,
    });
  });

  it('F-2: totals are those of what the filters find, reversals with their sign, drafts in no sum', async () => {
    expect(await slips().sumChargeSlips({})).toMatchObject({ chargeCount: 4, chargeNetTotal: '200.00', chargeTaxTotal: '26.00', chargeGrossTotal: '226.00', reimbursementCount: 0, reimbursementTotal: '0.00', draftCount: 1 });
    expect(await slips().sumChargeSlips({ dealerId: world.dealerId, month })).toMatchObject({ chargeCount: 3, chargeGrossTotal: '113.00', draftCount: 0 });
    expect(await slips().sumChargeSlips({ origin: 'reversal' })).toMatchObject({ chargeCount: 1, chargeGrossTotal: '-113.00' });
  });

  it('F-7: a dealer finds and sums its own alone, a parent not its child’s', async () => {
    const own = await slips(world.dealer()).listChargeSlips({});
    expect(new Set(own.items.map(({ dealerId }) => dealerId))).toEqual(new Set([world.dealerId]));
    expect(await slips(world.dealer()).sumChargeSlips({})).toMatchObject({ chargeCount: 3, chargeGrossTotal: '113.00', draftCount: 1 });
    const parent = world.service.dealerCtx(newId(), 'dealer_manager', { childDealerIds: [world.dealerId] });
    expect(await slips(parent).sumChargeSlips({})).toMatchObject({ chargeCount: 0, chargeGrossTotal: '0.00', draftCount: 0 });
  });
});
