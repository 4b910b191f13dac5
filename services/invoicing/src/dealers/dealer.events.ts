import { Injectable } from '@nestjs/common';
import { DealerChangedSchema, type DealerChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { keepDealer } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

const KEEP = `
  insert into dealer_account as a (dealer_id, code, name, title, tax_number, bank, bank_account, address, phone, dealer_version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (dealer_id) do update set code = excluded.code, name = excluded.name, title = excluded.title, tax_number = excluded.tax_number,
    bank = excluded.bank, bank_account = excluded.bank_account, address = excluded.address, phone = excluded.phone,
    dealer_version = excluded.dealer_version
  where a.dealer_version < excluded.dealer_version`;

/** Keeps who invoices are made out to and who still serves (D-1, B-1). */
@Injectable()
export class DealerEvents {
  /** An older version that arrives late changes nothing. */
  @OnEvent(DealerChangedSchema)
  async changed(event: DealerChanged, em: EntityManager): Promise<void> {
    await keepDealer(em, event);
    const tax = event.taxIdentity;
    await em.query(KEEP, [
      event.dealerId, event.code, event.name, tax?.title ?? '', tax?.taxNumber ?? '', tax?.bank ?? '', tax?.account ?? '', tax?.address ?? '',
      tax?.phone ?? '', event.version,
    ]);
  }
}
