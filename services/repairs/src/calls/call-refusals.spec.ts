import { CallQuoteService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { assignedCall, calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const quotes = () => world.service.client(CallQuoteService, world.technician);
const saidOf = async (id: string, action: string, ctx = world.technician) =>
  (await calls(world, ctx).getCall({ id })).allowedActions.find((each) => each.action === action)?.reason;

describe('what a call says is refused is refused with that reason', () => {
  it('R-2: nobody is assigned before a dealer has the call, whoever is named', async () => {
    const call = await calls(world, world.clerk).openCall({ ...phoneCall, channel: 'hotline' });
    expect(await saidOf(call.id, 'assign', world.clerk)).toBe('STEP_NOT_ALLOWED');
    await expect(calls(world, world.clerk).assignCall({ id: call.id, version: 1, technicianUserId: world.technicianId })).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
    const { state, version, technicianUserId, history } = await calls(world, world.clerk).getCall({ id: call.id });
    expect({ state, version, technicianUserId, steps: history.length }).toEqual({ state: 'new', version: 1, technicianUserId: '', steps: 1 });
  });

  it('R-9: where no quote stands, none is answered, whichever is named', async () => {
    const call = await assignedCall(world);
    expect(await saidOf(call.id, 'answer-quote')).toBe('STEP_NOT_ALLOWED');
    const answer = { id: call.id, version: call.version, quoteId: newId(), accepted: false, method: 'signature', reason: '太贵' };
    await expect(quotes().answerQuote(answer)).rejects.toThrow(reason('STEP_NOT_ALLOWED'));
  });
});

describe('parts belong to the catalogue', () => {
  it.each(['holdings', 'warehouse', 'own'])('R-5: a record that names a part of %s which the catalogue lacks is refused with its line, and nothing is kept', async (source) => {
    const call = await assignedCall(world);
    const technician = calls(world, world.technician);
    const used = (partId: string) => technician.recordRepair({
      ...goodRecord, id: call.id, version: call.version, partsUsed: [{ partId: newId(), quantity: 1, source }, { partId, quantity: 1, source }],
    });
    for (const partId of [world.missingPartId, '阀芯', '']) {
      await expect(used(partId)).rejects.toMatchObject({ code: 'not_found', reason: 'PART_UNKNOWN', details: { field: 'partsUsed[1].partId' } });
    }
    expect(await technician.getCall({ id: call.id })).toMatchObject({ version: call.version, records: [] });
    expect((await used(newId())).state).toBe('resolved');
  });

  it('R-9: a quote names a part of the catalogue, or something of the dealer\'s own by its name', async () => {
    const call = await assignedCall(world);
    const quote = (partId: string) => quotes().quoteFees({ id: call.id, version: call.version, lines: [{ partId, name: '阀芯', quantity: 1, unitPrice: '9' }] });
    for (const partId of [world.missingPartId, '阀芯']) {
      await expect(quote(partId)).rejects.toMatchObject({ reason: 'PART_UNKNOWN', details: { field: 'lines[0].partId' } });
    }
    expect((await quote('')).total).toBe('119.00');
  });

  it('R-5: of a call that is not his a technician is not told which parts there are', async () => {
    const call = await assignedCall(world);
    const foreign = calls(world, world.otherManager).recordRepair({ ...goodRecord, id: call.id, version: call.version, partsUsed: [{ partId: world.missingPartId, quantity: 1, source: 'own' }] });
    await expect(foreign).rejects.toThrow(reason('NOT_FOUND'));
  });
});

describe('what a call says is allowed is taken', () => {
  it('R-9: a record without fees, also where less was agreed to since than was recorded', async () => {
    const call = await assignedCall(world);
    const agree = async (version: number, labourFee: string): Promise<number> => {
      const quoted = await quotes().quoteFees({ id: call.id, version, labourFee, travelFee: '0.00' });
      const evidence = { id: newId(), sha256: 'a'.repeat(64) };
      return (await quotes().answerQuote({ id: call.id, version: quoted.version, quoteId: quoted.quoteId, accepted: true, method: 'signature', evidence })).version;
    };
    const technician = calls(world, world.technician);
    const first = await technician.recordRepair({ ...goodRecord, id: call.id, version: await agree(call.version, '50.00'), labourFee: '10.00', resolved: false });
    const version = await agree(first.version, '5.00');
    expect(await saidOf(call.id, 'record')).toBe('');
    await expect(technician.recordRepair({ ...goodRecord, id: call.id, version, labourFee: '1.00' })).rejects.toThrow(reason('FEES_ABOVE_QUOTE'));
    expect((await technician.recordRepair({ ...goodRecord, id: call.id, version })).state).toBe('resolved');
  });
});
