import { Injectable } from '@nestjs/common';
import { businessDate } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { CheckedSheets, jobErrors, JobKind, type JobError, type JobHandler, type JobRow, type Tx } from '@aftercare/service';
import { DealerEntity } from '../dealers/dealer.entity.js';
import { checkPriceSheet, type PriceSheet } from './part-price-import.rules.js';
import { checkFirstDay } from './part-price.rules.js';
import { keepPrices } from './part-price.store.js';

/** D-3: job "import-part-prices": a dealer's own prices from a sheet, all or nothing; the same file again changes nothing. */
@Injectable()
@JobKind('import-part-prices', { roles: ['dealer_manager'] })
export class PartPriceImportJob implements JobHandler {
  private readonly sheets = new CheckedSheets<PriceSheet>();

  async validate(rows: JobRow[], _options: Record<string, unknown>, tx: Tx): Promise<JobError[]> {
    await importer(tx);
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], _options: Record<string, unknown>, tx: Tx, progress: (done: number) => void): Promise<object> {
    const dealerId = await importer(tx);
    const { prices } = await this.checked(rows, tx);
    let [changed, done] = [0, 0];
    for (const effectiveFrom of new Set(prices.map((price) => price.effectiveFrom))) {
      const ofDay = prices.filter((price) => price.effectiveFrom === effectiveFrom);
      changed += await keepPrices(tx, dealerId, effectiveFrom, ofDay);
      done += ofDay.length;
      progress(done);
    }
    return { changed, unchanged: prices.length - changed };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<PriceSheet> {
    return this.sheets.of(rows, async () => checkPriceSheet(rows, businessDate(await tx.now())));
  }
}

/** The dealer whose manager imports. Errors: NOT_FOUND, DEALER_NOT_ACTIVE. */
async function importer(tx: Tx): Promise<string> {
  const dealer = tx.ctx.dealerId ? await tx.em.findOneBy(DealerEntity, { id: tx.ctx.dealerId }) : null;
  if (!dealer) throw notFound('dealer');
  const today = businessDate(await tx.now());
  checkFirstDay(today, today, dealer.status);
  return dealer.id;
}
