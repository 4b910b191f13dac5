import { Injectable } from '@nestjs/common';
import {
  CertificateRevokedSchema, CustomerChangedSchema, ModelPublishedSchema, TechnicianCertifiedSchema, UnitDispatchedSchema,
  type CertificateRevoked, type CustomerChanged, type ModelPublished, type TechnicianCertified,
} from '@aftercare/contracts';
import { isId, serialText } from '@aftercare/domain';
import { OnEvent, OnEvents, type Heard } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { awaitJoining } from './joined-calls.js';
import { registerInTurn } from './known-unit.js';
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

  /** A sheet brings thousands at once, which are kept together; calls that wait for one of them are looked for together, and join it one by one. */
  @OnEvents(UnitDispatchedSchema)
  async unitsDispatched(heard: readonly Heard<typeof UnitDispatchedSchema>[], em: EntityManager): Promise<void> {
    const units = new Map(heard.map(({ event }) => [event.unitId, { id: event.unitId, serial: event.serial, modelId: event.modelId || null }]));
    await registerInTurn(em);
    await em.upsert(KnownUnit, [...units.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), ['id']);
    await awaitJoining(txOf(em), [...units.values()].map(({ serial }) => serialText(serial)));
  }

  @OnEvent(ModelPublishedSchema)
  async modelPublished(event: ModelPublished, em: EntityManager): Promise<void> {
    await em.upsert(KnownModel, { id: event.modelId, family: event.family }, ['id']);
  }

  /** D-5: the newest telling counts, in whatever order they come; of those told before they were counted the longest. */
  @OnEvent(TechnicianCertifiedSchema)
  async technicianCertified(event: TechnicianCertified, em: EntityManager): Promise<void> {
    await keepCertificate(em, { ...event, holdsUntil: event.holdsUntil || event.validUntil });
  }

  /** D-5: a revocation shortens what is known, and is not undone by a certificate that was told before and comes later. */
  @OnEvent(CertificateRevokedSchema)
  async certificateRevoked(event: CertificateRevoked, em: EntityManager): Promise<void> {
    await keepCertificate(em, event);
  }
}

/** An account that is none gets no calls either. */
async function keepCertificate(em: EntityManager, told: { userId: string; family: string; dealerId: string; holdsUntil: string; version: number }): Promise<void> {
  if (isId(told.userId)) await em.query(KEEP_CERTIFICATE, [told.userId, told.family, told.dealerId, told.holdsUntil, told.version]);
}

const KEEP_CERTIFICATE = `
  insert into known_certificate as k (technician_user_id, family, dealer_id, valid_until, version) values ($1, $2, $3, $4, $5)
  on conflict (technician_user_id, family) do update
    set dealer_id = excluded.dealer_id, version = excluded.version,
      valid_until = case when excluded.version = 0 then greatest(k.valid_until, excluded.valid_until) else excluded.valid_until end
    where k.version < excluded.version or (k.version = 0 and excluded.version = 0)`;
