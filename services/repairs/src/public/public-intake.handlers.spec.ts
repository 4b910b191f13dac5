import { CustomerAnonymisedSchema, CustomerChangedSchema, ModelPublishedSchema, PublicIntakeService, UnitDispatchedSchema } from '@aftercare/contracts';
import { addHours, newId } from '@aftercare/domain';
import type { Client } from '@aftercare/messaging';
import { assignedCall, calls, noticesOf, resolvedCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

const reason = (text: string) => expect.objectContaining({ reason: text });
const anonymous = (): Client<typeof PublicIntakeService> => world.service.client(PublicIntakeService, world.service.ctx({ role: 'customer', userId: '', userName: '' }));
const told = { contactName: '王小明', contactPhone: '13912345678', address: { regionCode: '310104', detail: '中山西路1000号' }, symptoms: '龙头滴水' };

/** A unit that events told of. */
async function unit(): Promise<{ unitId: string; serial: string }> {
  const [unitId, modelId, serial] = [newId(), newId(), `QR-${newId().toUpperCase()}`];
  await world.service.publish(ModelPublishedSchema, { modelId, family: 'faucet', version: 1 });
  await world.service.publish(UnitDispatchedSchema, { unitId, serial, modelId, dealerId: world.dealerId, dispatchedOn: '2026-01-05' });
  await world.service.drain();
  return { unitId, serial };
}

const callIdOf = async (number: string) => (await world.service.sql<{ id: string }>('select id from repair_call where number = $1', [number]))[0].id;

describe('a call from the label', () => {
  it('R-1: shows the product and nothing else; a serial nobody knows is not found', async () => {
    const { serial } = await unit();
    expect(JSON.parse(JSON.stringify(await anonymous().getPublicUnit({ serial: ` ${serial.toLowerCase()}` })))).toMatchObject({ serial, family: 'faucet' });
    await expect(anonymous().getPublicUnit({ serial: 'NONE' })).rejects.toThrow(reason('NOT_FOUND'));
    await expect(anonymous().openPublicCall({ ...told, serial: 'NONE' })).rejects.toThrow(reason('NOT_FOUND'));
  });

  it('R-1: is new by channel qr until the clerk routes it, and the clerk is told', async () => {
    const { unitId, serial } = await unit();
    const photo = { id: newId(), sha256: 'a'.repeat(64) };
    const { number } = await anonymous().openPublicCall({ ...told, serial, photos: [photo] });
    const id = await callIdOf(number);
    const shown = await calls(world, world.clerk).getCall({ id });
    expect(shown).toMatchObject({ state: 'new', channel: 'qr', unitId, unitSerial: serial, dealerId: '', takenBy: '', contactName: '王**', photos: [photo], receivedAt: '' });
    expect(await noticesOf(world, id)).toMatchObject([{ kind: 'call.to_route', role: 'service_clerk' }]);
    const routed = await calls(world, world.clerk).routeCall({ id, version: 1, dealerId: world.dealerId });
    expect(routed.state).toBe('received');
    expect((await calls(world, world.manager).getCall({ id })).contactName).toBe('王小明');
  });

  it('R-1: pressed twice it is one call, at once as well; a fourth that waits is refused', async () => {
    const { serial } = await unit();
    const press = (given: object = {}) => anonymous().openPublicCall({ ...told, serial, ...given });
    const numbers = (await Promise.all([press(), press(), press({ contactPhone: '139 1234 5678' })])).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(1);
    for (const symptoms of ['异响', '漏水']) await press({ symptoms });
    await expect(press({ symptoms: '松动' })).rejects.toThrow(reason('CALLS_TOO_MANY'));
    expect((await press()).number).toBe(numbers[0]);
  });

  it('R-1: a photo sent with a second press joins the call that is there, once; a call has five at most', async () => {
    const { serial } = await unit();
    const photo = () => ({ id: newId(), sha256: 'b'.repeat(64) });
    const press = (photos: ReturnType<typeof photo>[]) => anonymous().openPublicCall({ ...told, serial, photos });
    const { number } = await press([]);
    const id = await callIdOf(number);
    const [first, ...others] = [photo(), photo(), photo(), photo(), photo()];
    for (const photos of [[first], [first]]) expect((await press(photos)).number).toBe(number);
    const shown = await calls(world, world.clerk).getCall({ id });
    expect(shown).toMatchObject({ photos: [first], version: 2 });
    expect(shown.history.map(({ action }) => action)).toEqual(['open', 'add-photos']);
    await press(others);
    await expect(press([photo()])).rejects.toThrow(reason('PHOTOS_TOO_MANY'));
    expect((await calls(world, world.clerk).getCall({ id })).photos.map((each) => each.id)).toEqual([first, ...others].map((each) => each.id));
  });

  it('X-3: a photo is one call’s, and it is known which photos calls name', async () => {
    const { serial } = await unit();
    const [named, unused] = [newId(), newId()];
    const photos = [{ id: named, sha256: 'c'.repeat(64) }];
    const press = (given: object = {}) => anonymous().openPublicCall({ ...told, serial, photos, ...given });
    const { number } = await press();
    expect((await press()).number).toBe(number);
    await expect(press({ symptoms: '异响' })).rejects.toThrow(reason('PHOTO_UNKNOWN'));
    const gateway = world.service.client(PublicIntakeService, world.service.ctx({ role: 'system', userId: '' }));
    expect((await gateway.findNamedPhotos({ ids: [unused, named] })).ids).toEqual([named]);
    await expect(anonymous().findNamedPhotos({ ids: [named] })).rejects.toThrow(reason('ROLE_NOT_ALLOWED'));
  });

  it('R-1: says what a call must say', async () => {
    const { serial } = await unit();
    const press = (given: object) => anonymous().openPublicCall({ ...told, serial, ...given });
    await expect(press({ symptoms: ' ' })).rejects.toThrow(reason('SYMPTOMS_MISSING'));
    await expect(press({ contactPhone: '1' })).rejects.toThrow(reason('PHONE_INVALID'));
    await expect(press({ wishedTo: '2020-01-01T00:00:00Z' })).rejects.toThrow(reason('TIME_IN_PAST'));
  });
});

describe('the link to look after it', () => {
  it('R-1: shows where the call stands, step by step, and nothing that names a person', async () => {
    const { serial } = await unit();
    const { number, token } = await anonymous().openPublicCall({ ...told, serial });
    const state = () => anonymous().getPublicCallState({ token });
    expect(await state()).toMatchObject({ number, state: 'registered', product: serial, appointmentFrom: '', steps: [{ state: 'registered' }] });
    const id = await callIdOf(number);
    await calls(world, world.clerk).routeCall({ id, version: 1, dealerId: world.dealerId });
    const now = await world.service.now();
    const window = { appointmentFrom: addHours(now, 1), appointmentTo: addHours(now, 2) };
    await calls(world, world.manager).assignCall({ id, version: 2, technicianUserId: world.technicianId, ...window });
    const shown = await state();
    expect(shown).toMatchObject({ state: 'technician_assigned', ...window });
    expect(shown.steps.map((step) => step.state)).toEqual(['registered', 'with_dealer', 'technician_assigned']);
    for (const secret of [told.contactName, told.contactPhone, told.address.detail, world.technicianId, world.dealerId, id]) expect(JSON.stringify(shown)).not.toContain(secret);
  });

  it('R-1: cannot be guessed, leads to no other call, confirms nothing, and ends', async () => {
    const { serial } = await unit();
    const { token, number } = await anonymous().openPublicCall({ ...told, serial });
    const [other, solved] = [await assignedCall(world), await resolvedCall(world)];
    const { token: confirming } = await calls(world, world.technician).createConfirmationLink({ id: solved.id });
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const kept = await world.service.sql('select * from call_state_link');
    expect(JSON.stringify(kept)).not.toContain(token);
    for (const wrong of ['', 'x', number, other.id, confirming, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`]) {
      await expect(anonymous().getPublicCallState({ token: wrong })).rejects.toThrow(reason('LINK_INVALID'));
    }
    await expect(calls(world, world.service.ctx({ role: 'customer', userId: '' })).answerConfirmationLink({ token, confirmed: true })).rejects.toThrow(reason('LINK_INVALID'));
    await world.service.moveClock('91d');
    await expect(anonymous().getPublicCallState({ token })).rejects.toThrow(reason('LINK_INVALID'));
  });

  it('C-5: ends when its person is erased', async () => {
    const [{ serial }, customerId] = [await unit(), newId()];
    await world.service.publish(CustomerChangedSchema, { customerId, dealerId: world.dealerId, fields: [], version: 1 });
    await world.service.drain();
    const { token, number } = await anonymous().openPublicCall({ ...told, serial });
    await world.service.sql('update repair_call set customer_id = $2 where number = $1', [number, customerId]);
    await world.service.publish(CustomerAnonymisedSchema, { customerId, dealerId: world.dealerId, installationIds: [] });
    await world.service.drain();
    await expect(anonymous().getPublicCallState({ token })).rejects.toThrow(reason('LINK_INVALID'));
  });
});
