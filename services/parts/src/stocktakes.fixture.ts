import { JobService, StocktakeService, type GetJobResponse } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import type { PartsWorld } from './parts.fixture.js';

/** What specs of stocktakes do with the world of parts. */
export function stocktakesOf(world: PartsWorld) {
  const as = (role: Parameters<PartsWorld['as']>[0]) => world.service.client(StocktakeService, world.as(role));
  const begin = async (role: Parameters<PartsWorld['as']>[0], kind: string, options: object): Promise<() => Promise<GetJobResponse>> => {
    const jobs = world.service.client(JobService, world.as(role));
    const { id } = await jobs.beginJob({ kind, options: JSON.stringify(options), dryRun: false, fileName: '' });
    await jobs.startJob({ id, totalRows: 0 });
    return async () => {
      for (;;) {
        const job = await jobs.getJob({ id });
        if (job.state === 'done' || job.state === 'failed') return job;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
  };
  return {
    clerk: () => as('service_clerk'),
    supervisor: () => as('service_supervisor'),
    dealer: (dealerId = world.dealerId) => world.service.client(StocktakeService, world.dealer('dealer_manager', dealerId)),
    /** The job that opens, of one dealer or of all; ended. */
    async opening(options: { dealerId?: string; cutOffOn: string; returnUntil?: string }): Promise<GetJobResponse> {
      return (await begin('service_clerk', 'open-stocktakes', { dealerId: world.dealerId, returnUntil: '', ...options }))();
    },
    /** A stocktake of the dealer. */
    async open(cutOffOn: string, returnUntil = '') {
      const job = await this.opening({ cutOffOn, returnUntil });
      if (job.state !== 'done') throw new Error(`not opened: ${JSON.stringify(job.errors)}`);
      return this.get((JSON.parse(job.result) as { stocktakeId: string }).stocktakeId);
    },
    get: (id: string) => as('service_clerk').getStocktake({ id }),
    lines: async (id: string) => (await as('service_clerk').listStocktakeLines({ id, page: { limit: 200 } })).items,
    exclusions: async (id: string) => (await as('service_clerk').listStocktakeExclusions({ id })).items,
    /** The job that confirms, at the version that is there; what it answers is awaited apart. */
    async confirming(id: string): Promise<() => Promise<GetJobResponse>> {
      const { version } = await this.get(id);
      return begin('service_supervisor', 'confirm-stocktake', { stocktakeId: id, version, paymentMethod: '', invoiceWish: '' });
    },
    async confirm(id: string): Promise<GetJobResponse> {
      return (await this.confirming(id))();
    },
    photo: () => [{ id: newId(), sha256: 'a'.repeat(64) }],
  };
}
