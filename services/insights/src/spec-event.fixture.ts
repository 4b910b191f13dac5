import { newId } from '@aftercare/domain';
import { create, toJsonString, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';

/** An event of a spec, as its teller keeps it. */
export interface SpecEvent {
  id: string;
  schema: DescMessage;
  payload: string;
  occurredAt: string;
}

/** An event as it would be told at a moment. */
export function specEvent<E extends DescMessage>(schema: E, payload: MessageInitShape<E>, occurredAt: string): SpecEvent {
  return { id: newId(), schema, payload: toJsonString(schema, create(schema, payload), { alwaysEmitImplicit: true }), occurredAt };
}
