import { Injectable } from '@nestjs/common';
import {
  FaultCodePublishedSchema, FaultsRecordedSchema, ModelPublishedSchema, PartPricedSchema, UnitDispatchedSchema, type FaultCodePublished, type ModelPublished,
  type PartPriced,
} from '@aftercare/contracts';
import { OnEvent, OnEvents, type EventMeta, type Heard } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { keep, keepTogether } from '../facts/fact.js';
import { faultCodePublished, faultsRecorded, modelPublished, partPriced, unitsDispatched } from './quality-facts.js';

/** Hears what the fault table is made of. */
@Injectable()
export class QualityEvents {
  @OnEvents(FaultsRecordedSchema)
  async faultsRecorded(heard: readonly Heard<typeof FaultsRecordedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, faultsRecorded, heard);
  }

  @OnEvents(UnitDispatchedSchema)
  async unitsDispatched(heard: readonly Heard<typeof UnitDispatchedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, unitsDispatched, heard);
  }

  @OnEvent(ModelPublishedSchema)
  async modelPublished(event: ModelPublished, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, modelPublished, event, meta);
  }

  @OnEvent(FaultCodePublishedSchema)
  async faultCodePublished(event: FaultCodePublished, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, faultCodePublished, event, meta);
  }

  @OnEvent(PartPricedSchema)
  async partPriced(event: PartPriced, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, partPriced, event, meta);
  }
}
