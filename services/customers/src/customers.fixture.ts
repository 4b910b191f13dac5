import {
  CallErasureService, CertificateService, CustomerService, DealerChangedSchema, DealerService, JobService, ProductFamilyService, ProductModelService, ProductUnitService, TechnicianService, type DocumentRef,
} from '@aftercare/contracts';
import { addHours, newId } from '@aftercare/domain';
import { JsonText, notFound, ServiceError, type CallContext } from '@aftercare/messaging';
import { fake, startTestService, type TestService } from '@aftercare/testing';
import { customers } from './customers.module.js';

/** An error of this code and reason, for `rejects.toEqual`. */
export const refusal = (code: string, reason: string): Error => expect.objectContaining({ code, reason }) as Error;

/** Two hours from this time tomorrow. */
export const appointment = { appointmentFrom: addHours(new Date(), 24), appointmentTo: addHours(new Date(), 26) };

export interface KnownTechnician {
  dealerId: string;
  active: boolean;
}

const keepTaken = (error: unknown): void => {
  if (!(error instanceof ServiceError) || error.reason !== 'FAMILY_CODE_TAKEN') throw error;
};

/** The service customers with `dealers` answered for: what dealers would know stands in the two maps. */
export class CustomersPlatform {
  readonly statuses = new Map<string, string>();
  readonly technicians = new Map<string, KnownTechnician>();
  /** What `dealers` certified. */
  readonly certificates: { userId: string; family: string; validUntil: string }[] = [];
  /** By which words `repairs` was told to erase whom. */
  readonly words: { customerIds: string[]; words: string[] }[] = [];
  /** What happens while `dealers` is asked for a standing. */
  whileAsked: () => Promise<void> = () => Promise.resolve();
  service: TestService;
  private serials = 0;

  async start(): Promise<void> {
    this.service = await startTestService({
      ...customers,
      fakes: [
        fake(CallErasureService, {
          keepErasureWords: async ({ customerIds, words }) => {
            this.words.push({ customerIds, words });
            return {};
          },
        }),
        fake(DealerService, {
          getDealerStanding: async ({ id }) => {
            const status = this.statuses.get(id);
            await this.whileAsked();
            if (!status) throw notFound('dealer');
            return { id, status };
          },
        }),
        fake(TechnicianService, {
          getTechnician: ({ userId }) => {
            const technician = this.technicians.get(userId);
            if (!technician) throw notFound('technician');
            return Promise.resolve({ ...technician, id: userId, userId, name: '李工', version: 1 });
          },
        }),
        fake(CertificateService, {
          listCertificates: async ({ technicianId, family, validOn }) => {
            const held = this.certificates.filter((each) => each.userId === technicianId && each.family === family && (validOn === '' || validOn <= each.validUntil));
            return new JsonText(JSON.stringify({ items: held.map(() => ({ technicianId, family })), nextCursor: '' }));
          },
        }),
      ],
    });
  }

  /** A dealer as `dealers` would tell of it. */
  async dealer(given: { status?: string; territory?: string[] } = {}): Promise<{ id: string; code: string; manager: CallContext }> {
    const id = newId();
    const code = `D${id.slice(-8)}`;
    const status = given.status ?? 'active';
    this.statuses.set(id, status);
    await this.service.publish(DealerChangedSchema, { dealerId: id, code, name: code, status, territoryRegionCodes: given.territory ?? ['310000'], version: 1 });
    await this.service.drain();
    return { id, code, manager: this.service.dealerCtx(id, 'dealer_manager', { dealerStatus: status as CallContext['dealerStatus'] }) };
  }

  /** Families of the catalogue, added unless they are there. */
  async families(...codes: string[]): Promise<void> {
    const catalogue = this.service.client(ProductFamilyService, this.service.ctx());
    for (const code of codes) await catalogue.createProductFamily({ code, name: code, nameEn: code }).catch(keepTaken);
  }

  /** A published model; without terms twelve months for everything. */
  async model(terms: object[] = [{ partClass: '*', months: 12, coversParts: true, coversLabour: true, startBasis: 'purchase' }]): Promise<{ id: string; code: string }> {
    const code = `M${newId().slice(-8)}`;
    await this.families('toilet');
    const draft = await this.service.client(ProductModelService).createProductModel({ code, name: '智能马桶', nameEn: 'Smart toilet', family: 'toilet', terms });
    await this.service.client(ProductModelService, this.service.ctx({ role: 'service_supervisor' })).publishProductModel({ id: draft.id, version: draft.version });
    return { id: draft.id, code };
  }

  /** Imports serials for one dealer; answers them. */
  async units(model: { code: string }, dealer: { code: string }, count = 1, dispatchedOn = '2020-01-02'): Promise<string[]> {
    const serials = Array.from({ length: count }, () => `SN-${(this.serials += 1)}-${model.code}`.toUpperCase());
    const job = await this.importSheet(serials.map((serial) => ({ serial, modelCode: model.code, dealerCode: dealer.code, manufacturedOn: '2020-01-01', dispatchedOn })));
    expect(job).toMatchObject({ state: 'done', errors: [] });
    return serials;
  }

  /** Runs the job "import-units" to its end. */
  async importSheet(sheet: Record<string, string>[], options: { dryRun?: boolean } = {}) {
    const jobs = this.service.client(JobService, this.service.ctx({ role: 'warehouse_keeper', userId: 'keeper' }));
    const { id } = await jobs.beginJob({ kind: 'import-units', options: '{}', dryRun: options.dryRun ?? false, fileName: 'units.xlsx' });
    const rows = sheet.map((cells, at) => ({ row: at + 2, cells }));
    for (let at = 0; at < rows.length; at += 1_000) await jobs.appendRows({ id, frame: at / 1_000 + 1, rows: rows.slice(at, at + 1_000) });
    await jobs.startJob({ id, totalRows: rows.length });
    await this.service.drain();
    return jobs.getJob({ id });
  }

  /** A customer of the dealer whose user asks. */
  customer(ctx: CallContext, given: object = {}): Promise<DocumentRef> {
    const phone = `138${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
    return this.service.client(CustomerService, ctx).createCustomer({
      name: '张三', phones: [phone], address: { regionCode: '310104', detail: '漕溪路 100 弄' }, consentService: true, ...given,
    });
  }

  /** A unit sold by the dealer whose user asks; answers it as its registry shows it afterwards. */
  async sold(ctx: CallContext, serial: string, sale: { customerId: string; purchaseDate?: string; salePrice?: string; proof?: { id: string; sha256: string } }) {
    const units = this.service.client(ProductUnitService, ctx);
    const unit = await units.getUnitBySerial({ serial });
    await units.sellUnit({ id: unit.id, version: unit.version, serial, ...sale });
    return units.getUnit({ id: unit.id });
  }
}
