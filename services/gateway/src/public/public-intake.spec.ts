import { PublicIntakeService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound, ServiceError } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import sharp from 'sharp';
import { Gateway, type Answer, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';
import { PublicLimit } from './public-limit.js';
import { PublicPhotos } from './public-photos.js';

describe('a call from the label over HTTP', () => {
  let gateway: Gateway;
  let manager: Person;
  let photo: Buffer;
  const opened: { photos: { id: string; sha256: string }[]; serial: string }[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(PublicIntakeService, {
        getPublicUnit: async ({ serial }) => {
          if (serial !== 'SN/7') throw notFound('product unit');
          return { serial, family: 'faucet' };
        },
        openPublicCall: async ({ serial, photos, symptoms }) => {
          if (symptoms === 'full') throw new ServiceError('failed_precondition', 'CALLS_TOO_MANY', 'Calls wait already.', { max: 3 });
          opened.push({ serial, photos });
          if (symptoms === 'unheard') throw new ServiceError('deadline_exceeded', 'DEADLINE_EXCEEDED', 'No answer in time.');
          return { number: 'RC-1', token: 'T', expiresAt: '2026-05-30T00:00:00.000Z' };
        },
        findNamedPhotos: async ({ ids }) => ({ ids: ids.filter((id) => opened.some(({ photos }) => photos.some((photo) => photo.id === id))) }),
        getPublicCallState: async ({ token }) => {
          if (token !== 'T') throw new ServiceError('not_found', 'LINK_INVALID', 'no');
          return { number: 'RC-1', state: 'registered' };
        },
      }),
    ]);
    manager = await gateway.person('dealer_manager', { dealerId: newId() });
    photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'teal' } }).jpeg().toBuffer();
  });
  afterAll(() => gateway.stop());

  const at = `/public/units/${encodeURIComponent('SN/7')}`;
  const body = { contactName: '王小明', contactPhone: '13912345678', address: { regionCode: '310104', detail: '中山西路1000号' }, symptoms: '滴水' };
  const upload = (path: string, content: Buffer | string, name = 'a.jpg'): Promise<Answer> => gateway.send('POST', `${path}/photos`, uploadOf(name, content));
  const open = (given: object = {}): Promise<Answer> => gateway.send('POST', `${at}/calls`, { body: { ...body, ...given } });
  const ticket = async (): Promise<string> => String((await upload(at, photo)).body.ticket);

  it('needs no account: product, photos, call, and where it stands', async () => {
    expect((await gateway.send('GET', at)).body).toEqual({ serial: 'SN/7', family: 'faucet' });
    const answer = await open({ photos: [await ticket(), await ticket()] });
    expect([answer.status, answer.body]).toEqual([200, { number: 'RC-1', token: 'T', expiresAt: '2026-05-30T00:00:00.000Z' }]);
    expect(opened.at(-1)).toMatchObject({ serial: 'SN/7', photos: [{ id: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, expect.anything()] });
    expect((await gateway.send('GET', '/public/calls/T')).body).toMatchObject({ state: 'registered' });
    expect((await gateway.send('GET', '/public/calls/U')).body.reason).toBe('LINK_INVALID');
  });

  it('takes a photo as cameras make them, though whoever has not signed in sends little otherwise', async () => {
    const noise = Buffer.from(Array.from({ length: 600 * 400 * 3 }, (_, index) => (index * 7919) % 251));
    const large = await sharp(noise, { raw: { width: 600, height: 400, channels: 3 } }).png({ compressionLevel: 0 }).toBuffer();
    expect(large.length).toBeGreaterThan(500_000);
    expect((await upload(at, large, 'a.png')).status).toBe(201);
  });

  it('takes pictures only, and only for a product there is', async () => {
    expect((await upload('/public/units/NONE', photo)).status).toBe(404);
    expect((await upload(at, '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF', 'a.pdf')).body.reason).toBe('FILE_TYPE_REFUSED');
    expect((await upload(at, '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 'a.png')).body.reason).toBe('FILE_TYPE_REFUSED');
  });

  it('a ticket is for one call, and free again when the call is refused', async () => {
    const one = await ticket();
    expect((await open({ photos: [one], symptoms: 'full' })).body.reason).toBe('CALLS_TOO_MANY');
    expect((await open({ photos: [one] })).status).toBe(200);
    expect((await open({ photos: [one] })).body.reason).toBe('PHOTO_UNKNOWN');
    expect((await open({ photos: ['guessed'] })).body.reason).toBe('PHOTO_UNKNOWN');
    expect((await open({ photos: Array.from({ length: 6 }, () => one) })).status).toBe(400);
  });

  it('a photo without an owner is nobody’s to read but through its call', async () => {
    await open({ photos: [await ticket()] });
    expect((await manager.get(`/attachments/${opened.at(-1)?.photos[0]?.id}`)).status).toBe(404);
  });

  it('photos that no call named go after a day', async () => {
    const [kept, stale] = [await ticket(), await ticket()];
    await open({ photos: [kept] });
    await gateway.service.sql(`update public_photo set created_at = now() - interval '25 hours'`);
    const photos = gateway.app.get(PublicPhotos);
    expect(await photos.sweep()).toBeGreaterThan(0);
    expect(await photos.sweep()).toBe(0);
    expect((await open({ photos: [stale] })).body.reason).toBe('PHOTO_UNKNOWN');
    expect(await gateway.service.sql('select from attachment where id = $1', [opened.at(-1)?.photos[0]?.id])).toHaveLength(1);
  });

  it('X-3: a photo stays whose call was opened though nobody heard so, and whoever presses again may name it again', async () => {
    const one = await ticket();
    expect((await open({ photos: [one], symptoms: 'unheard' })).status).toBe(504);
    const photo = opened.at(-1)!.photos[0]!;
    expect((await open({ photos: [one] })).status).toBe(200);
    const unheard = await ticket();
    await open({ photos: [unheard], symptoms: 'unheard' });
    const lone = opened.at(-1)!.photos[0]!;
    await gateway.service.sql(`update public_photo set created_at = now() - interval '25 hours'`);
    await gateway.app.get(PublicPhotos).sweep();
    expect(await gateway.service.sql('select from attachment where id = any($1)', [[photo.id, lone.id]])).toHaveLength(2);
    expect((await open({ photos: [unheard] })).body.reason).toBe('PHOTO_UNKNOWN');
  });

  it('X-3: a photo goes whose call a gateway that died never opened', async () => {
    const photos = gateway.app.get(PublicPhotos);
    const one = await ticket();
    const named = await new Promise<string>((resolve, reject) => {
      photos.forOneCall([one], ([photo]) => {
        resolve(photo.id);
        return new Promise(() => {});
      }).catch(reject);
    });
    await gateway.service.sql(`update public_photo set created_at = now() - interval '25 hours'`);
    await photos.sweep();
    expect(await gateway.service.sql('select from attachment where id = $1', [named])).toHaveLength(0);
  });
});

describe('how often', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start([fake(PublicIntakeService, { getPublicUnit: async ({ serial }) => ({ serial, family: 'faucet' }) })]);
  });
  afterAll(() => gateway.stop());

  it('R-1: whatever is sent to a label’s link counts, looking at the product, what is no call and what cannot be read as well', async () => {
    const counted = jest.spyOn(gateway.app.get(PublicLimit), 'count');
    await gateway.send('GET', '/public/units/SN7');
    expect((await gateway.send('POST', '/public/units/SN7/calls', { body: { symptoms: 1 } })).status).toBe(400);
    expect((await gateway.send('POST', '/public/units/SN7/calls', { payload: '{"symptoms":', headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect(counted).toHaveBeenCalledTimes(3);
    counted.mockImplementation(() => {
      throw new ServiceError('resource_exhausted', 'RATE_LIMITED', 'Too many requests in a minute.', { retryAfterSeconds: 1 });
    });
    expect((await gateway.send('GET', '/public/units/SN7')).status).toBe(429);
    expect((await gateway.send('POST', '/public/units/SN7/calls', { body: { symptoms: 1 } })).status).toBe(429);
  });
});
