import { Injectable } from '@nestjs/common';
import { CustomerChangedSchema, UnitDispatchedSchema, type CustomerChanged, type UnitDispatched } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { followMerge } from './merged-customers.js';
import { KnownUnit } from './registry.entity.js';

/** A merge is for good, so that what is told later or again leaves the pointer alone. */
const KEEP_CUSTOMER = 'insert into known_customer (id, dealer_id) values ($1, $2) on conflict (id) do update set dealer_id = excluded.dealer_id';

/** Keeps what repairs must know of customers and units to check a call without asking. */
@Injectable()
export class RegistryEvents {
  @OnEvent(CustomerChangedSchema)
  async customerChanged(event: CustomerChanged, em: EntityManager): Promise<void> {
    await em.query(KEEP_CUSTOMER, [event.customerId, event.dealerId]);
    if (event.mergedInto) await followMerge(txOf(em), event);
  }

  @OnEvent(UnitDispatchedSchema)
  async unitDispatched(event: UnitDispatched, em: EntityManager): Promise<void> {
    await em.upsert(KnownUnit, { id: event.unitId, serial: event.serial }, ['id']);
  }
}
