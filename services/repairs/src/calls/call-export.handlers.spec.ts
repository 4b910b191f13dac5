import { newId } from '@aftercare/domain';
import { calls, goodRecord, phoneCall, startRepairs, type RepairsWorld } from '../repairs.fixture.js';

let world: RepairsWorld;
beforeAll(async () => {
  world = await startRepairs();
});
afterAll(() => world.service.stop());

describe('the export of a customer’s calls', () => {
  it('C-5: holds each call whole and plain, page by page, and logs each', async () => {
    const photo = { id: newId(), sha256: 'b'.repeat(64) };
    const first = await calls(world, world.manager).openCall({ ...phoneCall, customerId: world.customerId, photos: [photo] });
    const assigned = await calls(world, world.manager).assignCall({ id: first.id, version: 1, technicianUserId: world.technicianId });
    await calls(world, world.technician).recordRepair({ ...goodRecord, id: first.id, version: assigned.version });
    await calls(world, world.manager).openCall({ ...phoneCall, customerId: world.customerId, symptoms: '又漏' });
    await calls(world, world.manager).openCall(phoneCall);
    const ask = (cursor = '') => calls(world, world.manager).exportCalls({ customerId: world.customerId, reason: '本人要求 王小明', page: { limit: 1, cursor } });
    const page = await ask();
    expect(page.items).toMatchObject([{ callId: first.id, number: first.number, attachments: [photo] }]);
    const content = JSON.parse(page.items[0].content) as Record<string, unknown>;
    expect(content).toMatchObject({ contactName: '王小明', contactPhone: '13912345678', addressDetail: '中山西路1000号', records: [{ toldCustomer: '试水正常' }] });
    expect(JSON.stringify(content.formerValues)).toContain('王小明');
    const next = await ask(page.nextCursor);
    expect(next.items.map(({ content: text }) => text.includes('又漏'))).toEqual([true]);
    expect(next.nextCursor).toBe('');
    const logged = await world.service.sql<{ changed: object }>(`select changed from audit_entry where action = 'export'`);
    expect(logged.map(({ changed }) => changed)).toEqual([{ personal: ['reason'] }, { personal: ['reason'] }]);
    expect((await ask()).items[0].content).not.toContain('本人要求');
  });

  it('C-5: answers nothing of another dealer’s calls, and refuses whom may not', async () => {
    const ask = { customerId: world.customerId, reason: '本人要求' };
    expect((await calls(world, world.otherManager).exportCalls(ask)).items).toEqual([]);
    await expect(calls(world, world.technician).exportCalls(ask)).rejects.toMatchObject({ reason: 'ROLE_NOT_ALLOWED' });
    await expect(calls(world, world.supervisor).exportCalls({ ...ask, reason: ' ' })).rejects.toMatchObject({ reason: 'REASON_MISSING' });
    await expect(calls(world, world.supervisor).exportCalls({ ...ask, customerId: 'x' })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });
});
