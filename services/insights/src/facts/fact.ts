import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { EventMeta, Heard } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { generationsOf, targetsOf } from '../model/generations.js';

/** What is known of an event besides its payload. */
export type Told = Pick<EventMeta, 'occurredAt'>;

/** An event with what is known of it. */
export interface ToldEvent<E extends DescMessage> {
  event: MessageShape<E>;
  told: Told;
}

/** Where a fact is written: the transaction and the generation of the read model. */
export interface Place {
  tx: Tx;
  generation: number;
}

/** Turns an event into facts. It must bear repeated events and any order of them. */
export type Keep<E extends DescMessage> = (place: Place, event: MessageShape<E>, told: Told) => Promise<void>;

/** As Keep, for events that come in numbers: several become facts by the same few statements. */
export type KeepTogether<E extends DescMessage> = (place: Place, events: readonly ToldEvent<E>[]) => Promise<void>;

/** Keeps an event in every model there is now. */
export async function keep<E extends DescMessage>(em: EntityManager, how: Keep<E>, event: MessageShape<E>, told: Told): Promise<void> {
  const tx = txOf(em);
  for (const generation of targetsOf(await generationsOf(tx))) await how({ tx, generation }, event, told);
}

/** Keeps what came together in every model there is now. */
export async function keepTogether<E extends DescMessage>(em: EntityManager, how: KeepTogether<E>, heard: readonly Heard<E>[]): Promise<void> {
  const tx = txOf(em);
  const events = heard.map(({ event, meta }) => ({ event, told: meta }));
  for (const generation of targetsOf(await generationsOf(tx))) await how({ tx, generation }, events);
}
