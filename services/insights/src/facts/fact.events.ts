import { Injectable } from '@nestjs/common';
import {
  CallCancelledSchema, CallResolvedSchema, CallRevivedSchema, CallRoutedSchema, CertificateRevokedSchema, DealerChangedSchema, MonthlyReportChangedSchema, ObligationDueSchema,
  ObligationOpenedSchema,
  ObligationSettledSchema, PartCataloguedSchema, RecordConfirmedSchema, SettingChangedSchema, TechnicianCertifiedSchema, TrainingAttendedSchema,
  UnitSoldSchema,
  type CallCancelled, type CallResolved, type CallRevived, type CallRouted, type CertificateRevoked, type DealerChanged, type MonthlyReportChanged, type ObligationDue, type ObligationOpened,
  type ObligationSettled, type PartCatalogued, type RecordConfirmed, type SettingChanged, type TechnicianCertified, type TrainingAttended,
  type UnitSold,
} from '@aftercare/contracts';
import { OnEvent, type EventMeta } from '@aftercare/messaging';
import { keepSetting } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { callCancelled, callResolved, callRevived, callRouted } from './call-facts.js';
import { certificateRevoked, dealerChanged, monthlyReportChanged, technicianCertified, trainingAttended, unitSold } from './dealer-facts.js';
import { keep } from './fact.js';
import { obligationDue, obligationOpened, obligationSettled, partCatalogued, recordConfirmed } from './part-facts.js';

/** Hears what the figures are made of (D-4). */
@Injectable()
export class FactEvents {
  @OnEvent(SettingChangedSchema)
  async settingChanged(event: SettingChanged, em: EntityManager): Promise<void> {
    await keepSetting(em, event);
  }

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

  @OnEvent(UnitSoldSchema)
  async unitSold(event: UnitSold, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, unitSold, event, meta);
  }

  @OnEvent(CallRoutedSchema)
  async callRouted(event: CallRouted, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, callRouted, event, meta);
  }

  @OnEvent(CallResolvedSchema)
  async callResolved(event: CallResolved, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, callResolved, event, meta);
  }

  @OnEvent(CallRevivedSchema)
  async callRevived(event: CallRevived, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, callRevived, event, meta);
  }

  @OnEvent(CallCancelledSchema)
  async callCancelled(event: CallCancelled, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, callCancelled, event, meta);
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
