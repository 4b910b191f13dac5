import { Injectable } from '@nestjs/common';
import { assertInvoicePaper } from './invoice.rules.js';

/** What the tax platform is asked to issue. */
export interface InvoiceOrder {
  /** Number of the request. */
  number: string;
  title: string;
  taxNumber: string;
  grossTotal: string;
  /** What a person typed in, for adapters that need it. */
  typed: { invoiceNumber: string; invoiceDate: string; files: { id: string; sha256: string }[] };
}

/** What the tax platform issued. */
export interface IssuedPaper {
  /** 20 digits. */
  invoiceNumber: string;
  /** Local date on the paper. */
  invoiceDate: string;
  /** PDF, OFD or XML. */
  files: { id: string; sha256: string }[];
}

/**
 * B-3: the tax platform behind one door; a further adapter is another provider of this class and touches nothing else. It
 * is asked before the transaction. An adapter that sends must be repeatable by the request's number.
 */
export abstract class InvoicePort {
  abstract issue(order: InvoiceOrder): Promise<IssuedPaper>;
}

/** B-3: the clerk has issued the invoice on the platform and types its number and date. */
@Injectable()
export class ManualInvoiceAdapter extends InvoicePort {
  issue({ typed }: InvoiceOrder): Promise<IssuedPaper> {
    assertInvoicePaper(typed.invoiceNumber, typed.invoiceDate);
    return Promise.resolve({ ...typed });
  }
}

/** B-3: the tax platform has issued what a batch told it to; its result file tells number and date (services of `batches`). */
@Injectable()
export class FileInvoiceAdapter extends InvoicePort {
  issue({ typed: { invoiceNumber, invoiceDate, files } }: InvoiceOrder): Promise<IssuedPaper> {
    assertInvoicePaper(invoiceNumber, invoiceDate);
    return Promise.resolve({ invoiceNumber, invoiceDate, files });
  }
}
