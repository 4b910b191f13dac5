import { Injectable } from '@nestjs/common';
import {
  CustomerChangedSchema, ModelPublishedSchema, TechnicianCertifiedSchema, UnitDispatchedSchema,
  type CustomerChanged, type ModelPublished, type TechnicianCertified, type UnitDispatched,
} from '@aftercare/contracts';
import { isId } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { followMerge } from './merged-customers.js';
import { KnownModel, KnownUnit } from './registry.entity.js';

/** A merge is for good, so that what is told later or again leaves the pointer alone; a late word does not take a file back (D-1). */
const KEEP_CUSTOMER = `
  insert into known_customer (id, dealer_id, version) values ($1, $2, $3)
  on conflict (id) do update set dealer_id = excluded.dealer_id, version = excluded.version where known_customer.version <= excluded.version`;

/** Keeps what repairs must know of customers, units and certificates to check and flag a call without asking. */
@Injectable()
export class RegistryEvents {
  @OnEvent(CustomerChangedSchema)
  async customerChanged(event: CustomerChanged, em: EntityManager): Promise<void> {
    await em.query(KEEP_CUSTOMER, [event.customerId, event.dealerId, event.version]);
    if (event.mergedInto) await followMerge(txOf(em), event);
  }

  @OnEvent(UnitDispatchedSchema)
  async unitDispatched(event: UnitDispatched, em: EntityManager): Promise<void> {
    await em.upsert(KnownUnit, { id: event.unitId, serial: event.serial, modelId: event.modelId || null }, ['id']);
  }

  @OnEvent(ModelPublishedSchema)
  async modelPublished(event: ModelPublished, em: EntityManager): Promise<void> {
    await em.upsert(KnownModel, { id: event.modelId, family: event.family }, ['id']);
  }

  /** D-5: the longest certificate counts, in whatever order they are told. An account that is none gets no calls either. */
  @OnEvent(TechnicianCertifiedSchema)
  async technicianCertified(event: TechnicianCertified, em: EntityManager): Promise<void> {
    if (!isId(event.userId)) return;
    await em.query(
      `insert into known_certificate (technician_user_id, family, dealer_id, valid_until) values ($1, $2, $3, $4)
       on conflict (technician_user_id, family) do update
         set dealer_id = excluded.dealer_id, valid_until = greatest(known_certificate.valid_until, excluded.valid_until)`,
      [event.userId, event.family, event.dealerId, event.validUntil],
    );
  }
}
