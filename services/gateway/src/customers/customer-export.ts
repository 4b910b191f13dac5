import { Injectable } from '@nestjs/common';
import {
  CallService, CustomerReceiptService, CustomerService, PartsRequestService, ReceiptExportSchema, type AttachmentRef, type CallExport, type CustomerExport,
} from '@aftercare/contracts';
import { toJson, type JsonValue } from '@bufbuild/protobuf';
import { Bus, callContext, ServiceError } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { withRegionNames } from '../regions/named-regions.js';
import { regionNames } from '../regions/region-names.js';
import { Attachments, type Attachment } from '../attachments/attachments.js';
import type { ZipEntry } from '../http/zip.js';

/** The file of a person: what each service keeps, and the photos and papers that name him. */
export interface PackedCustomer {
  fileName: string;
  entries: ZipEntry[];
}

/**
 * C-5: everything kept of a customer in one archive: `customer.json`, readable by people and machines, and the photos and
 * papers beside it. Each service logs the export of what it keeps, with the reason.
 */
@Injectable()
export class CustomerExports {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly attachments: Attachments,
  ) {}

  /** Errors: NOT_FOUND, REASON_MISSING, ROLE_NOT_ALLOWED. Whatever may fail but the reading of files is done before it answers. */
  async pack(id: string, reason: string): Promise<PackedCustomer> {
    const customer = await this.bus.call(CustomerService.method.exportCustomer, { id, reason });
    const calls = await this.callsOf(customer.id, reason);
    const { items: deliveries } = await this.bus.call(PartsRequestService.method.exportDeliveries, {
      callIds: calls.map(({ callId }) => callId), installationIds: customer.installationIds,
    });
    const receipts = await this.receiptsOf(customer.id, calls.map(({ callId }) => callId), reason);
    const files = await this.filesOf([...customer.attachments, ...calls.flatMap((call) => call.attachments)]);
    const exportedAt = await this.database.read(callContext(), (tx) => tx.now());
    const nameOf = await regionNames(callContext().locale);
    const kept = (json: string): unknown => JSON.parse(withRegionNames(json, nameOf));
    const content = {
      exportedAt,
      customer: kept(customer.content),
      calls: calls.map((call) => kept(call.content)),
      deliveries: deliveries.map(({ requestNumber, shippingNumber, deliveryAddress, createdAt }) => ({ requestNumber, shippingNumber, deliveryAddress, createdAt })),
      receipts,
      files: files.map((file) => ({ id: file.id, name: nameIn(file), contentType: file.contentType, sizeBytes: file.sizeBytes })),
    };
    return { fileName: fileNameOf(customer), entries: this.entriesOf(content, files) };
  }

  private async callsOf(customerId: string, reason: string): Promise<CallExport[]> {
    const calls: CallExport[] = [];
    for (let cursor = ''; ;) {
      const page = await this.bus.call(CallService.method.exportCalls, { customerId, reason, page: { cursor } });
      calls.push(...page.items);
      if (page.nextCursor === '') return calls;
      cursor = page.nextCursor;
    }
  }

  private async receiptsOf(customerId: string, callIds: string[], reason: string): Promise<JsonValue[]> {
    const receipts: JsonValue[] = [];
    for (let cursor = ''; ;) {
      const page = await this.bus.call(CustomerReceiptService.method.exportReceipts, { customerId, callIds, reason, page: { cursor } });
      receipts.push(...page.items.map((receipt) => toJson(ReceiptExportSchema, receipt)));
      if (page.nextCursor === '') return receipts;
      cursor = page.nextCursor;
    }
  }

  /** The files that are still kept; each once, whoever uploaded it, since the documents that name it were the caller's to export. */
  private async filesOf(named: readonly Pick<AttachmentRef, 'id' | 'sha256'>[]): Promise<Attachment[]> {
    const files = new Map<string, Attachment>();
    for (const { id, sha256 } of named) {
      if (files.has(id)) continue;
      const file = await this.attachments.ofShownDocument(id).catch(undefinedWhenGone);
      if (file?.sha256 === sha256 && (await this.attachments.files.has(sha256))) files.set(id, file);
    }
    return [...files.values()];
  }

  private entriesOf(content: object, files: Attachment[]): ZipEntry[] {
    return [
      { name: 'customer.json', read: () => Promise.resolve(Buffer.from(`${JSON.stringify(content, null, 2)}\n`)) },
      ...files.map((file) => ({ name: nameIn(file), read: () => this.attachments.files.read(file.sha256) })),
    ];
  }
}

const nameIn = ({ id, fileName }: Attachment): string => `files/${id}-${fileName}`;

/** The customer's number names nobody. */
const fileNameOf = ({ number }: CustomerExport): string => `${number}.zip`;

/** A file that is kept no more is left out; anything else that fails, fails the export. */
function undefinedWhenGone(error: unknown): undefined {
  if (error instanceof ServiceError && error.code === 'not_found') return undefined;
  throw error;
}
