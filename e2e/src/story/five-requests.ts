import { Api, type CallOptions, type Answer, type Ref } from '../http/api.js';
import { photo } from '../http/photo.js';
import type { Stage } from './loop.js';

/** Counts every request that somebody sends. */
class Counted extends Api {
  sent: string[] = [];

  override raw<T = unknown>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>> {
    this.sent.push(`${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`);
    return super.raw<T>(method, path, body, options);
  }
}

/**
 * The technician's whole job on an assigned call: two photos and the customer's signature are uploaded, the record
 * implies the arrival, and the signature confirms. Answers what was sent and how the call stands.
 */
export async function fiveRequests(stage: Stage, serial: string): Promise<{ callId: string; sent: string[]; state: string; steps: string[] }> {
  const { dealer, tell } = stage;
  const opened = await dealer.manager.post('/repair-calls', {
    channel: 'phone', unitSerial: serial, contactName: '陈女士', contactPhone: '13698765432',
    address: { regionCode: '310104', detail: '漕溪北路88弄3号502室' }, symptoms: '龙头关不紧', intake: { when: '今天', what: '滴水' },
  });
  const assigned = await dealer.manager.post<Ref>(`/repair-calls/${opened.id}/assign`, { version: opened.version, technicianUserId: dealer.technicianUserId });
  const technician = new Counted(stage.url);
  technician.cookie = dealer.technician.cookie;
  const [before, after, signature] = [
    await technician.upload(await photo(11), 'before.jpg', 'image/jpeg'), await technician.upload(await photo(12), 'after.jpg', 'image/jpeg'), await technician.upload(await photo(13), 'signature.jpg', 'image/jpeg'),
  ];
  const solved = await technician.post<Ref>(`/repair-calls/${opened.id}/record`, {
    version: assigned.version, faults: [{ faultCode: stage.goods.faultCode, faultDescription: '龙头滴水', cause: '垫圈老化', action: '更换垫圈' }],
    labourFee: '0.00', travelFee: '0.00', resolved: true, toldCustomer: '已试水', photos: [before, after],
  });
  const { state } = await technician.post<Ref>(`/repair-calls/${opened.id}/confirm`, { version: solved.version, method: 'signature', evidence: signature });
  tell('a whole job on an assigned call in five requests (R-2, R-5, R-6)', opened.number);
  const { history } = await dealer.manager.get<{ history: { action: string }[] }>(`/repair-calls/${opened.id}`);
  return { callId: opened.id, sent: technician.sent, state, steps: history.map(({ action }) => action) };
}
