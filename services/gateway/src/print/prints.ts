import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import { localTime, type Locale } from '@aftercare/domain';
import { callContext } from '@aftercare/messaging';
import { Database, SERVICE_CONFIG, type ServiceConfig } from '@aftercare/service';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../http/gateway-settings.js';
import { regionNames } from '../regions/region-names.js';
import type { FormSheetName } from './form-sheets.js';
import type { Paper } from './paper.js';
import { PdfPrinter } from './pdf-printer.js';
import { PrintRun } from './print-run.js';

const PDF = 'application/pdf';

/** papers as PDF, in the language asked for, with who printed them and when. */
@Injectable()
export class Prints {
  constructor(
    private readonly printer: PdfPrinter,
    private readonly database: Database,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /** A printing by the caller, now by the business clock. */
  async run({ lang, copies = 1, paper }: { lang?: string; copies?: number; paper?: string }): Promise<PrintRun> {
    const caller = callContext();
    const locale = (lang || caller.locale) as Locale;
    const now = await this.database.read(caller, (tx) => tx.now());
    return new PrintRun({ locale, by: caller.userName, at: localTime(now, locale), publicUrl: this.publicUrl, nameRegion: await regionNames(locale), copies, sheet: (paper || 'a4') as FormSheetName });
  }

  /** Where the links on unit labels lead; they outlast an address of the platform, so they may have one of their own. */
  get labelUrl(): string {
    return this.settings.labelUrl ?? this.publicUrl;
  }

  /** The paper as a file to be saved, which no cache keeps. Errors: PRINT_BUSY, PRINT_FAILED. */
  async answer(paper: Paper): Promise<StreamableFile> {
    const pdf = await this.printer.print(paper);
    return new StreamableFile(pdf, { type: PDF, disposition: `attachment; filename*=UTF-8''${encodeURIComponent(paper.fileName)}`, length: pdf.length });
  }

  private get publicUrl(): string {
    return this.config.http?.publicUrl ?? '';
  }
}
