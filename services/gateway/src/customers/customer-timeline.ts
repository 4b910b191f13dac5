import { CallTimelineService, CustomerReceiptService, CustomerService, PartsTimelineService, type TimelineEntryJson } from '@aftercare/contracts';
import type { Bus } from '@aftercare/messaging';
import { cursorOf, PAGE_LIMIT_DEFAULT, TIMELINE } from '@aftercare/service';
import { mergedPage, type Part } from './timeline.rules.js';

type Entry = TimelineEntryJson & { id: string; at: string };

/**
 * C-6: a customer's one time line: his file and units of customers, where a foreign one is not found, his calls and records of
 * repairs, what parts issued and charged for these calls, and the receipts he got, of a merged file those of the surviving one (C-1). Each service answers what the caller may see there, along one cursor.
 */
export async function customerTimeline(bus: Bus, id: string, page: { limit: number; cursor: string }): Promise<{ items: Entry[]; nextCursor: string; customerId: string }> {
  const [own, calls] = await Promise.all([
    bus.callJson(CustomerService.method.listCustomerTimeline, { id, page }).then(parsed<Part<Entry> & { customerId: string }>),
    bus.callJson(CallTimelineService.method.listCallTimeline, { customerId: id, page }).then(parsed<Part<Entry> & { callIds: string[] }>),
  ]);
  const { callIds } = calls;
  const { customerId } = own;
  const [parts, receipts] = await Promise.all([
    callIds.length === 0 ? { items: [], nextCursor: '' } : bus.callJson(PartsTimelineService.method.listPartsTimeline, { callIds, page }).then(parsed<Part<Entry>>),
    bus.callJson(CustomerReceiptService.method.listReceiptTimeline, { customerId, callIds, page }).then(parsed<Part<Entry>>),
  ]);
  const { items, last } = mergedPage([own, calls, parts, receipts], page.limit || PAGE_LIMIT_DEFAULT);
  return { items, nextCursor: last ? cursorOf(TIMELINE.list, last.at, last.id) : '', customerId };
}

const parsed = <T>(answer: Buffer): T => JSON.parse(answer.toString()) as T;
