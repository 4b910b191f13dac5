import { DealerService, DutyService, FaultUpkeepService, InstallationCompletedSchema, NoticeRequestedSchema, ProductUnitService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake, startTestService, type TestService } from '@aftercare/testing';
import { dealers } from '../dealers.module.js';
import { nextMonth } from './duty.rules.js';

const lookedUp: string[] = [];

/** Serials that begin with SN are faucets, the rest is unknown. */
const registry = fake(ProductUnitService, {
  getUnitBySerial: async ({ serial, documentId }) => {
    lookedUp.push(`${documentId} ${serial}`);
    if (!/^sn/i.test(serial.trim())) throw notFound('product unit');
    return { serial: serial.trim().toUpperCase(), modelCode: 'FA-100', family: 'faucet' };
  },
});
const CODES = [{ family: 'faucet', code: 'F-DRIP' }, { family: 'toilet', code: 'F-CLOG' }];
const faults = fake(FaultUpkeepService, { findFaultCodes: async ({ codes }) => ({ items: CODES.filter(({ code }) => codes.includes(code)) }) });

/** A notice that was told, as far as specs look at it. */
export interface ToldNotice {
  kind: string;
  role: string;
  documentId: string;
  at: string;
  month: string;
  report: string;
}

/** The service dealers with its clock at the middle of a month that no report was opened for before. */
export class DutiesPlatform {
  service: TestService;
  /** The running month when the platform starts. */
  month: string;
  /** What was asked of the registry: the document and the serial. */
  readonly lookedUp = lookedUp;
  private codes = 0;

  async start(): Promise<void> {
    this.service = await startTestService({ ...dealers, fakes: [registry, faults] });
    this.month = nextMonth((await this.service.now()).slice(0, 7));
    await this.to(`${this.month}-15T09:00:00`);
  }

  /** Moves the clock to a local time and waits for what is due by then. */
  async to(local: string): Promise<void> {
    await this.service.moveClock(`${local}+08:00`);
    await this.service.drain(60_000);
  }

  supervisor() {
    return this.service.client(DealerService, this.service.ctx({ role: 'service_supervisor' }));
  }

  /** The reports as a dealer's manager sees them. */
  reports(dealerId: string) {
    return this.service.client(DutyService, this.service.dealerCtx(dealerId));
  }

  /** Drafts an applicant. */
  async applicant(given: object = {}): Promise<string> {
    const code = `DU${(this.codes += 1)}`;
    const { id } = await this.service.client(DealerService, this.service.ctx()).createDealer({
      code, name: code, address: { regionCode: '310104' }, taxIdentity: { title: code, taxNumber: '91310104MA1FR12345' },
      agreement: { number: 'AG-1', validFrom: '2020-01-01', validTo: '2099-12-31' }, ...given,
    });
    return id;
  }

  async activeDealer(given: object = {}): Promise<string> {
    const id = await this.applicant(given);
    await this.supervisor().activateDealer({ id, version: 1 });
    return id;
  }

  /** One of a dealer's two reports of a month. */
  async report(dealerId: string, month: string, kind: 'installation' | 'repair' = 'installation') {
    const { items } = await this.reports(dealerId).listMonthlyReports({ dealerId, month, kind });
    expect(items).toHaveLength(1);
    return this.reports(dealerId).getMonthlyReport({ id: items[0].id });
  }

  /** An accepted installation as `customers` tells it; answers its id. */
  async installed(dealerId: string, acceptedOn: string, eventId = newId()): Promise<string> {
    const installationId = newId();
    await this.service.publish(InstallationCompletedSchema, {
      installationId, dealerId, unitId: newId(), customerId: newId(), acceptedOn, installationNumber: `IN-${installationId.slice(-6)}`, serial: 'SN-1', modelCode: 'M-1',
    }, { eventId });
    await this.service.drain();
    return installationId;
  }

  /** The notices told about monthly reports, with the moment of each. */
  async notices(): Promise<ToldNotice[]> {
    const rows = await this.service.sql<{ payload: string; at: string }>(
      `select payload, iso(occurred_at) as at from outbox where event_type = $1 and payload like '%"duty.%' order by occurred_at, id`, [NoticeRequestedSchema.typeName]);
    return rows.map(({ payload, at }) => {
      const { kind, recipientRole: role, documentId, params } = JSON.parse(payload) as Record<string, string>;
      const { month, report } = JSON.parse(params) as { month: string; report: string };
      return { kind, role, documentId, at, month, report };
    });
  }
}

/** An error of this code and reason, for `rejects.toEqual`. */
export const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;
