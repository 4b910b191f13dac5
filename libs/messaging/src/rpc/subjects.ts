import type { DescMessage, DescMethod } from '@bufbuild/protobuf';

const COMMON_PACKAGE = 'aftercare.common.';
const subjects = new WeakMap<object, string>();

/** True for the services that every process serves for its own database, e.g. OperationsService. */
export function isCommonService(typeName: string): boolean {
  return typeName.startsWith(COMMON_PACKAGE);
}

/**
 * The subject of an rpc: 'rpc.aftercare.parts.v1.PartsRequestService.SubmitRequest'. A common service is served by
 * every process, so the asked one is appended: 'rpc.aftercare.common.v1.JobService.GetJob.customers'.
 */
export function rpcSubject(method: DescMethod, instance?: string): string {
  let subject = subjects.get(method);
  if (!subject) {
    subject = `rpc.${method.parent.typeName}.${method.name}`;
    subjects.set(method, subject);
  }
  if (!isCommonService(method.parent.typeName)) return subject;
  if (!instance) throw new Error(`${method.parent.typeName} is served by every service: name the instance`);
  return `${subject}.${instance}`;
}

/** The subject of an event: 'evt.aftercare.parts.v1.PartsShipped'. */
export function eventSubject(schema: Pick<DescMessage, 'typeName'>): string {
  return `evt.${schema.typeName}`;
}

/** The durable consumer of one listener for one event: 'invoicing-PartsShipped'. Also the inbox's consumer key. */
export function durableName(service: string, eventType: string): string {
  return `${service}-${eventType.slice(eventType.lastIndexOf('.') + 1)}`;
}
