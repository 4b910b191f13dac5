import { newId } from '@aftercare/domain';
import { pageOf } from '@aftercare/service';
import { planOf } from '@aftercare/testing';
import { Gateway } from '../spec/gateway-harness.js';
import { noticeList } from './notices.js';

describe('X-5: notices', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(() => gateway.stop());

  it.each([
    ['a manager’s', { role: 'dealer_manager' as const, dealerId: newId() }, 'notice_recipient'],
    ['a clerk’s', { role: 'service_clerk' as const, dealerId: null }, 'notice_role'],
  ])('%s are read newest first along the index of his name and that of his role, read ones left out or not', async (_whose, reader, ofRole) => {
    const page = pageOf({}, { list: 'notices', key: 'instant' });
    for (const unread of [false, true]) {
      const plan = await planOf(gateway.service.dataSource, noticeList({ userId: newId(), ...reader }, page, unread).text);
      for (const index of ['notice_user', ofRole]) expect(plan).toContain(`using ${index} `);
      expect(plan).not.toContain('Sort Key: r.id');
    }
  });

  it('a page of 200 is told as people read it, instants and codes in their words', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId: newId() });
    await gateway.service.sql(`insert into notice (id, kind, severity, recipient_user_id, dealer_id, document_kind, document_id, document_number, params, created_at)
      select gen_random_uuid(), 'call.sla_warning', 'warning', id, dealer_id, 'repair_call', gen_random_uuid(), 'RC-' || n,
        jsonb_build_object('dueAt', '2026-11-26T16:05:00.000Z', 'at', 'not named'), now()
      from app_user cross join generate_series(1, 201) n where id = $1`, [manager.userId]);
    const { items, nextCursor } = (await manager.get('/notices?limit=200', { 'accept-language': 'zh-CN' })).body as { items: { text: string; documentNumber: string }[]; nextCursor: string };
    expect(items.map(({ text }) => text)).toEqual(items.map(({ documentNumber }) => `叫修 ${documentNumber} 即将超时，到期 2026年11月27日 00:05。`));
    expect(items).toHaveLength(200);
    expect(nextCursor).not.toBe('');
  });
});
