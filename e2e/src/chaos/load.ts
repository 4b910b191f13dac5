import { setTimeout as sleep } from 'node:timers/promises';
import type { Ref } from '../http/api.js';
import { visitedOn } from '../http/running.js';
import type { Random } from '../demo/random.js';
import type { Stage } from '../story/loop.js';
import { NotDone, PatientClient, type Patience } from './patient-client.js';

/** The work of one client, done again and again. */
export type Work = () => Promise<void>;

const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 300;

export interface LoadTools {
  patience: Patience;
  random: Random;
}

/** A light load of several people at work; what they are told stands in the log of acknowledgements. */
export class Load {
  private running = true;
  private readonly ended: Promise<unknown>;

  constructor(works: Work[], { patience, random }: LoadTools) {
    this.ended = Promise.all(works.map((work) => this.repeat(work, random, patience)));
  }

  /** Lets everybody finish what is begun, which includes asking again until there is an answer. */
  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  private async repeat(work: Work, random: Random, { tally }: Patience): Promise<void> {
    while (this.running) {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof NotDone)) tally.surprised(String(error));
      }
      await sleep(random.whole(PAUSE_MIN_MS, PAUSE_MAX_MS));
    }
  }
}

/** Calls, requests with their verdicts, slips that are paid, and customers: work of all services. */
export function mixedWorks(stage: Stage, serials: string[], { patience, random }: LoadTools): Work[] {
  return [calls(stage, patience), calls(stage, patience), requests(stage, serials, patience), slips(stage, patience), customers(stage, random, patience)];
}

/** A repair call as the load and the probes open it. */
export const callDraft = (marker: string): object => ({
  channel: 'phone', contactName: '王小明', contactPhone: '13912345678', address: { regionCode: '310104', detail: '中山西路1000号' }, unitSerial: 'FA-100-SH001-0001', symptoms: `龙头滴水 ${marker}`,
});

/** A call is opened and read back. */
function calls({ dealer }: Stage, patience: Patience): Work {
  const manager = new PatientClient(dealer.manager, patience);
  return async () => {
    await manager.create('/repair-calls', callDraft);
  };
}

type Request = Ref & { lines: { id: string }[] };

/** A parts request is filed, submitted and reviewed with its verdict (P-3 to P-5). */
function requests({ dealer, people, goods }: Stage, serials: string[], patience: Patience): Work {
  const [technician, clerk] = [new PatientClient(dealer.technician, patience), new PatientClient(people.clerk, patience)];
  return async () => {
    const drafted = await technician.create('/parts-requests', (marker) => ({
      purpose: 'visit', visitOn: visitedOn(), deliveryAddress: `上海市徐汇区 ${marker}`, urgency: 'scheduled', lines: [{ partId: goods.cartridgeId, quantity: 1, unitSerial: serials.at(-1) ?? '' }],
    }));
    await technician.command(`/parts-requests/${drafted.id}/submit`, { version: drafted.version });
    const submitted = await clerk.get<Request>(`/parts-requests/${drafted.id}`);
    await clerk.command(`/parts-requests/${drafted.id}/review`, { version: submitted.version, lines: submitted.lines.map(({ id }) => ({ lineId: id })) });
  };
}

interface Slip extends Ref {
  grossTotal: string;
  paid: boolean;
}

/** A charge slip is written and confirmed; its receivable arrives by event, is paid, and the slip hears of it (F-1, B-4). */
function slips({ dealer, people, goods }: Stage, patience: Patience): Work {
  const finance = new PatientClient(people.finance, patience);
  return async () => {
    const drafted = await finance.create('/charge-slips', (marker) => ({
      dealerId: dealer.id, lines: [{ partId: goods.ceramicId, quantity: 1 }], paymentMethod: 'bank_transfer', invoiceWish: 'later', reason: `补开 ${marker}`,
    }));
    await finance.command(`/charge-slips/${drafted.id}/confirm`, { version: drafted.version });
    const { grossTotal } = await finance.get<Slip>(`/charge-slips/${drafted.id}`);
    await finance.until(`/receivables/${drafted.id}`, ({ status }) => status === 200);
    const payment = await finance.create<Ref>('/payments', (marker) => ({ dealerId: dealer.id, method: 'bank_transfer', amount: grossTotal, reference: marker }));
    await finance.command(`/payments/${payment.id}/match`, { version: payment.version, allocations: [{ slipId: drafted.id, amount: grossTotal }] });
    await finance.until<Slip>(`/charge-slips/${drafted.id}`, ({ status, body }) => status === 200 && body.paid);
  };
}

/** A customer is registered (C-1). */
function customers({ dealer }: Stage, random: Random, patience: Patience): Work {
  const manager = new PatientClient(dealer.manager, patience);
  return async () => {
    const phone = `138${random.whole(10_000_000, 99_999_999)}`;
    await manager.create('/customers', (marker) => ({
      name: '李小红', phones: [phone], address: { regionCode: '310104', detail: `人民路 ${marker}` }, language: 'zh-CN', consentService: true, acceptSharedPhone: true,
    }));
  };
}
