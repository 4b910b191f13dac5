import { Injectable } from '@nestjs/common';
import {
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, LateReturnReversedSchema, MonthClosedSchema, MonthComparedSchema, PartsReceivedSchema, PartsShippedSchema, ReturnAcceptedSchema, ReturnCreditChangedSchema,
  ShortageAgreedSchema, type LateReturnReversed, type MonthClosed, type MonthCompared, type ReturnCreditChanged, type ShortageAgreed,
} from '@aftercare/contracts';
import { OnEvent, OnEvents, type EventMeta, type Heard } from '@aftercare/messaging';
import type { EntityManager } from 'typeorm';
import { keep, keepTogether } from '../facts/fact.js';
import { creditChanged, lateReversed, monthClosed, monthCompared, partsReceived, partsShipped, returnsAccepted, shortageAgreed, slipsConfirmed, slipsReversed } from './tie-facts.js';

/** Hears what the three monthly lists are made of (H-8); obligations are heard with the facts of the dealer files. */
@Injectable()
export class TieOutEvents {
  @OnEvents(PartsShippedSchema)
  async partsShipped(heard: readonly Heard<typeof PartsShippedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, partsShipped, heard);
  }

  @OnEvents(PartsReceivedSchema)
  async partsReceived(heard: readonly Heard<typeof PartsReceivedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, partsReceived, heard);
  }

  @OnEvents(ReturnAcceptedSchema)
  async returnsAccepted(heard: readonly Heard<typeof ReturnAcceptedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, returnsAccepted, heard);
  }

  @OnEvents(ChargeSlipConfirmedSchema)
  async slipsConfirmed(heard: readonly Heard<typeof ChargeSlipConfirmedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, slipsConfirmed, heard);
  }

  @OnEvents(ChargeSlipReversedSchema)
  async slipsReversed(heard: readonly Heard<typeof ChargeSlipReversedSchema>[], em: EntityManager): Promise<void> {
    await keepTogether(em, slipsReversed, heard);
  }

  @OnEvent(ReturnCreditChangedSchema)
  async creditChanged(event: ReturnCreditChanged, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, creditChanged, event, meta);
  }

  @OnEvent(LateReturnReversedSchema)
  async lateReversed(event: LateReturnReversed, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, lateReversed, event, meta);
  }

  @OnEvent(ShortageAgreedSchema)
  async shortageAgreed(event: ShortageAgreed, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, shortageAgreed, event, meta);
  }

  @OnEvent(MonthClosedSchema)
  async monthClosed(event: MonthClosed, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, monthClosed, event, meta);
  }

  @OnEvent(MonthComparedSchema)
  async monthCompared(event: MonthCompared, em: EntityManager, meta: EventMeta): Promise<void> {
    await keep(em, monthCompared, event, meta);
  }
}
