import { ReturnService, SupplierClaimService } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import type { CallContext } from '@aftercare/messaging';
import { reasonOf, startParts, type PartsWorld } from '../parts.fixture.js';

jest.setTimeout(60_000);
let world: PartsWorld;
let today: string;
beforeAll(async () => {
  world = await startParts();
  today = businessDate(await world.service.now());
});
afterAll(() => world?.service.stop());

const claims = (ctx: CallContext = world.as('quality_engineer')) => world.service.client(SupplierClaimService, ctx);
const claimable = async (partId: string) => (await claims().listClaimablePieces({ partId })).items;

/** Pieces that came back and are the supplier's fault; answers the part. */
async function faulty(quantity: number): Promise<string> {
  const partId = await world.part({ stock: 1 });
  const parcels = (ctx: CallContext) => world.service.client(ReturnService, ctx);
  const parcel = await parcels(world.dealer()).announceReturn({ lines: [{ partId, quantity, condition: 'old' }] });
  const sent = await parcels(world.dealer()).sendReturn({ id: parcel.id, version: parcel.version, carrier: 'SF', waybillNumber: '1' });
  const received = await parcels(world.as('warehouse_keeper')).receiveReturn({ id: parcel.id, version: sent.version, warehouseId: world.warehouseId });
  await parcels(world.as('warehouse_keeper')).countReturn({ id: parcel.id, version: received.version, lines: [{ partId, quantity, condition: 'supplier_claim' }, { partId, quantity: 1, condition: 'scrap' }] });
  return partId;
}

describe('recovery from suppliers', () => {
  it('Q-6: pieces graded supplier_claim are claimed once, sent, recovered in parts and closed; cost and rate are for who may know them', async () => {
    const partId = await faulty(3);
    const [pieces] = await claimable(partId);
    expect(pieces).toMatchObject({ partId, quantity: 3, dealerId: world.dealerId });
    const open = () => claims().openSupplierClaim({ supplier: '宁波甲厂', lineIds: [pieces.lineId], grounds: '砂眼' });
    expect(await reasonOf(claims(world.as('service_clerk')).openSupplierClaim({ supplier: 'x', lineIds: [pieces.lineId], grounds: 'x' }))).toBe('ROLE_NOT_ALLOWED');
    const { id } = await open();
    expect(await reasonOf(open())).toBe('ALREADY_CLAIMED');
    expect(await claimable(partId)).toEqual([]);
    expect(await reasonOf(claims().recordRecovery({ id, version: 1, recoveredOn: today, amount: '1.00' }))).toBe('STEP_NOT_ALLOWED');
    const file = { id: newId(), sha256: 'b'.repeat(64) };
    const filed = await claims().setSupplierClaimFiles({ id, version: 1, files: [file] });
    const sent = await claims().sendSupplierClaim({ id, version: filed.version, reference: 'NB-7' });
    expect(await reasonOf(claims().recordRecovery({ id, version: sent.version, recoveredOn: addDays(today, 1), amount: '1.00' }))).toBe('DATE_IN_FUTURE');
    const first = await claims().recordRecovery({ id, version: sent.version, recoveredOn: today, amount: '1.00', note: '抵扣' });
    const second = await claims().recordRecovery({ id, version: first.version, recoveredOn: today, amount: '0.50', note: '抵扣' });
    expect(await reasonOf(claims().cancelSupplierClaim({ id, version: second.version, reason: 'x' }))).toBe('RECOVERED_ALREADY');
    await claims().closeSupplierClaim({ id, version: second.version, reason: '部分赔付' });
    expect(await claims(world.as('auditor')).getSupplierClaim({ id })).toMatchObject({
      state: 'closed', reference: 'NB-7', files: [file], cost: '4.50', recovered: '1.50', recoveredPercent: '33.3', recoveries: [{ amount: '1.00' }, { amount: '0.50' }],
      lines: [{ quantity: 3, unitCost: '1.5000', cost: '4.50' }],
    });
    expect(await claims().getSupplierClaim({ id })).toMatchObject({ cost: '', recoveredPercent: '', recovered: '1.50', lines: [{ unitCost: '', cost: '' }] });
    expect((await claims(world.as('finance_clerk')).getSupplierRecovery({ from: today, to: today })).suppliers).toMatchObject([
      { supplier: '宁波甲厂', claims: 1, quantity: 3, cost: '4.50', recovered: '1.50', recoveredPercent: '33.3' },
    ]);
    expect(await reasonOf(claims().getSupplierRecovery({}))).toBe('ROLE_NOT_ALLOWED');
    expect(await reasonOf(claims(world.dealer()).listSupplierClaims({}))).toBe('ROLE_NOT_ALLOWED');
  });

  it('Q-6: a claim that is taken back frees its pieces; other pieces are none of a claim', async () => {
    const partId = await faulty(2);
    const [{ lineId }] = await claimable(partId);
    expect(await reasonOf(claims().openSupplierClaim({ supplier: '乙', lineIds: [newId()], grounds: 'x' }))).toBe('LINE_UNKNOWN');
    expect(await reasonOf(claims().openSupplierClaim({ supplier: '乙', lineIds: [lineId, lineId], grounds: 'x' }))).toBe('LINE_DOUBLE');
    const { id } = await claims().openSupplierClaim({ supplier: '乙', lineIds: [lineId], grounds: '裂' });
    await claims().cancelSupplierClaim({ id, version: 1, reason: '误报' });
    expect(await claimable(partId)).toMatchObject([{ lineId }]);
    const parallel = await Promise.all([1, 2, 3].map(() => reasonOf(claims().openSupplierClaim({ supplier: '乙', lineIds: [lineId], grounds: '裂' }))));
    expect(parallel.sort()).toEqual(['ALREADY_CLAIMED', 'ALREADY_CLAIMED', 'no error']);
    expect((await claims().listSupplierClaims({ supplier: '乙' })).items.map(({ state }) => state)).toEqual(['open', 'cancelled']);
  });
});
