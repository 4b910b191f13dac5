import { routingProposals, type Taker } from './routing-proposal.rules.js';

const taker = (id: string, given: Partial<Taker> = {}): Taker =>
  ({ id, code: id.toUpperCase(), name: id, nameEn: '', status: 'active', regionCode: '110101', territoryRegionCodes: [], ...given });
const call = { regionCode: '310104', soldBy: '', dispatchedTo: '' };
const propose = (of: Partial<typeof call>, takers: Taker[], work: [string, { open: number; overdue: number }][] = []) =>
  routingProposals({ ...call, ...of }, takers, new Map(work)).map(({ dealerId, reasons }) => [dealerId, ...reasons].join(' '));

describe('the proposal for routing a call', () => {
  it('the seller comes first, then whoever the unit was dispatched to, then the narrowest territory, then the nearest', () => {
    const takers = [
      taker('province', { territoryRegionCodes: ['310000'] }), taker('city', { territoryRegionCodes: ['310100'] }), taker('near', { regionCode: '310105' }),
      taker('here', { regionCode: '310104' }), taker('district', { territoryRegionCodes: ['310104', '310000'] }), taker('dispatch'), taker('seller'),
    ];
    expect(propose({ soldBy: 'seller', dispatchedTo: 'dispatch' }, takers)).toEqual([
      'seller sold', 'dispatch dispatched', 'district territory_district', 'city territory_city', 'province territory_province', 'here same_district', 'near same_city',
    ]);
  });

  it('among equals less overdue work counts, then less open work, then the code', () => {
    const takers = ['c', 'b', 'a', 'd'].map((id) => taker(id, { territoryRegionCodes: ['310104'] }));
    const ids = propose({}, takers, [['a', { open: 1, overdue: 1 }], ['b', { open: 5, overdue: 0 }]]).map((each) => each.split(' ')[0]);
    expect(ids).toEqual(['c', 'd', 'b', 'a']);
  });

  it('a suspended dealer comes after all active ones; who has nothing to do with the call is not proposed', () => {
    const takers = [taker('seller', { status: 'suspended' }), taker('city', { territoryRegionCodes: ['310100'] }), taker('far')];
    expect(propose({ soldBy: 'seller' }, takers)).toEqual(['city territory_city', 'seller sold']);
    expect(propose({ regionCode: '', soldBy: 'seller' }, takers)).toEqual(['seller sold']);
  });

  it('ten are enough', () => {
    const takers = Array.from({ length: 12 }, (_, index) => taker(`t${index}`, { territoryRegionCodes: ['310104'] }));
    expect(propose({}, takers)).toHaveLength(10);
  });
});
