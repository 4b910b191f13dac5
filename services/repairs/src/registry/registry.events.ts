import { Injectable } from '@nestjs/common';
import { CustomerChangedSchema, UnitDispatchedSchema, type CustomerChanged, type UnitDispatched } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { KnownCustomer, KnownUnit } from './registry.entity.js';

/** Keeps what repairs must know of customers and units to check a call without asking. */
@Injectable()
export class RegistryEvents {
  @OnEvent(CustomerChangedSchema)
  async customerChanged(event: CustomerChanged, em: EntityManager): Promise<void> {
    await em.upsert(KnownCustomer, { id: event.customerId, dealerId: event.dealerId }, ['id']);
  }

  @OnEvent(UnitDispatchedSchema)
  async unitDispatched(event: UnitDispatched, em: EntityManager): Promise<void> {
    await em.upsert(KnownUnit, { id: event.unitId, serial: event.serial }, ['id']);
  }
}
