import { Injectable } from '@nestjs/common';
import {
  CallCancelledSchema, CallResolvedSchema, CallRevivedSchema, CallRoutedSchema, CertificateRevokedSchema, DealerChangedSchema, MonthlyReportChangedSchema, ObligationDueSchema,
  ObligationOpenedSchema,
  ObligationSettledSchema, PartCataloguedSchema, RecordConfirmedSchema, TechnicianCertifiedSchema, TechnicianStandingChangedSchema, TrainingAttendedSchema,
  PurchaseDateProvedSchema, UnitSoldSchema,
  type CertificateRevoked, type DealerChanged, type MonthlyReportChanged, type ObligationDue, type ObligationOpened,
  type ObligationSettled, type PartCatalogued, type RecordConfirmed, type TechnicianCertified, type TechnicianStandingChanged, type TrainingAttended,
  type PurchaseDateProved,
} from '@aftercare/contracts';
import { OnEvent, OnEvents, type EventMeta, type Heard } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { callsCancelled, callsResolved, callsRevived, callsRouted } from './call-facts.js';
import { certificateRevoked, dealerChanged, monthlyReportChanged, purchaseDateProved, technicianCertified, technicianStandingChanged, trainingAttended, unitsSold } from './dealer-facts.js';
import { keep, keepTogether } from './fact.js';
import { obligationDue, obligationOpened, obligationSettled, partCatalogued, recordConfirmed } from './part-facts.js';

/** Hears what the figures are made of (D-4). */
@Injectable()
export class FactEvents {
  @OnEvent(DealerChangedSchema)
  async dealerChanged(event: DealerChanged, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, dealerChanged, event, meta);
  }

  @OnEvent(MonthlyReportChangedSchema)
  async monthlyReportChanged(event: MonthlyReportChanged, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, monthlyReportChanged, event, meta);
  }

  @OnEvent(TrainingAttendedSchema)
  async trainingAttended(event: TrainingAttended, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, trainingAttended, event, meta);
  }

  @OnEvent(TechnicianCertifiedSchema)
  async technicianCertified(event: TechnicianCertified, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, technicianCertified, event, meta);
  }

  @OnEvent(CertificateRevokedSchema)
  async certificateRevoked(event: CertificateRevoked, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, certificateRevoked, event, meta);
  }

  @OnEvent(TechnicianStandingChangedSchema)
  async technicianStandingChanged(event: TechnicianStandingChanged, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, technicianStandingChanged, event, meta);
  }

  @OnEvents(UnitSoldSchema)
  async unitsSold(heard: readonly Heard<typeof UnitSoldSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, unitsSold, heard);
  }

  @OnEvent(PurchaseDateProvedSchema)
  async purchaseDateProved(event: PurchaseDateProved, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, purchaseDateProved, event, meta);
  }

  @OnEvents(CallRoutedSchema)
  async callsRouted(heard: readonly Heard<typeof CallRoutedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, callsRouted, heard);
  }

  @OnEvents(CallResolvedSchema)
  async callsResolved(heard: readonly Heard<typeof CallResolvedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, callsResolved, heard);
  }

  @OnEvents(CallRevivedSchema)
  async callsRevived(heard: readonly Heard<typeof CallRevivedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, callsRevived, heard);
  }

  @OnEvents(CallCancelledSchema)
  async callsCancelled(heard: readonly Heard<typeof CallCancelledSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, callsCancelled, heard);
  }

  @OnEvent(RecordConfirmedSchema)
  async recordConfirmed(event: RecordConfirmed, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, recordConfirmed, event, meta);
  }

  @OnEvent(ObligationOpenedSchema)
  async obligationOpened(event: ObligationOpened, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, obligationOpened, event, meta);
  }

  @OnEvent(ObligationDueSchema)
  async obligationDue(event: ObligationDue, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, obligationDue, event, meta);
  }

  @OnEvent(ObligationSettledSchema)
  async obligationSettled(event: ObligationSettled, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, obligationSettled, event, meta);
  }

  @OnEvent(PartCataloguedSchema)
  async partCatalogued(event: PartCatalogued, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, partCatalogued, event, meta);
  }
}
