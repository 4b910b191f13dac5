import { Injectable } from '@nestjs/common';
import {
  CallResolvedSchema, InstallationCompletedSchema, InstallationFailedSchema, RecordConfirmedSchema, RecordFiledSchema,
  type CallResolved, type InstallationCompleted, type InstallationFailed, type RecordConfirmed, type RecordFiled,
} from '@aftercare/contracts';
import { startOfDay } from '@aftercare/domain';
import { OnEvent } from '@aftercare/messaging';
import { txOf } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { piecesOf } from './report-line.rules.js';
import { keepItem } from './report-line.store.js';

const NO_FAULTS = { faultCodes: [], pieces: 0 };

/** D-7: the platform compiles both reports from what was recorded, as it is told. */
@Injectable()
export class DutyEvents {
  @OnEvent(InstallationCompletedSchema)
  async installationCompleted(event: InstallationCompleted, em: EntityManager): Promise<void> {
    const { dealerId, installationId: itemId, installationNumber: itemNumber, serial, modelCode } = event;
    const happenedAt = startOfDay(event.acceptedOn);
    await keepItem(txOf(em), { ...NO_FAULTS, dealerId, kind: 'installation', itemId, itemNumber, happenedAt, outcome: 'accepted', serial, modelCode });
  }

  @OnEvent(InstallationFailedSchema)
  async installationFailed(event: InstallationFailed, em: EntityManager): Promise<void> {
    const { dealerId, installationId: itemId, installationNumber: itemNumber, failedAt: happenedAt, serial, modelCode } = event;
    await keepItem(txOf(em), { ...NO_FAULTS, dealerId, kind: 'installation', itemId, itemNumber, happenedAt, outcome: 'failed', serial, modelCode });
  }

  @OnEvent(CallResolvedSchema)
  async callResolved(event: CallResolved, em: EntityManager): Promise<void> {
    const { dealerId, callId: itemId, callNumber: itemNumber, resolvedAt: happenedAt, unitSerial: serial, faultCodes, pieces } = event;
    await keepItem(txOf(em), { dealerId, kind: 'repair', itemId, itemNumber, happenedAt, outcome: 'resolved', serial, modelCode: '', faultCodes, pieces });
  }

  /** One told before events carried the solution cannot be placed; the solution itself was told. */
  @OnEvent(RecordConfirmedSchema)
  async recordConfirmed(event: RecordConfirmed, em: EntityManager): Promise<void> {
    const { dealerId, callId: itemId, callNumber: itemNumber, resolvedAt: happenedAt, unitSerial: serial, faultCodes } = event;
    if (happenedAt === '') return;
    const pieces = piecesOf(event, happenedAt);
    await keepItem(txOf(em), { dealerId, kind: 'repair', itemId, itemNumber, happenedAt, outcome: 'confirmed', serial, modelCode: '', faultCodes, pieces });
  }

  @OnEvent(RecordFiledSchema)
  async recordFiled(event: RecordFiled, em: EntityManager): Promise<void> {
    const { dealerId, callId: itemId, callNumber: itemNumber, resolvedAt: happenedAt, unitSerial: serial } = event;
    if (happenedAt === '') return;
    await keepItem(txOf(em), { ...NO_FAULTS, dealerId, kind: 'repair', itemId, itemNumber, happenedAt, outcome: 'filed', serial, modelCode: '' });
  }
}
