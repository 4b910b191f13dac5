import { Injectable } from '@nestjs/common';
import { DealerService, ProductModelService, StockService } from '@aftercare/contracts';
import { inLanguage, type Locale } from '@aftercare/domain';
import { Bus, callContext } from '@aftercare/messaging';
import { importNotes } from '../texts/imports.js';
import { columnText } from '../texts/texts.js';
import type { ImportForm } from './import-forms.js';
import { SpreadsheetPort } from './spreadsheet.port.js';

const CHOICES_MAX = 200;

/** The note of a column: what may stand in it. */
export function noteOf(locale: Locale, form: ImportForm, key: string): string {
  const note = importNotes[`${form.name}.${key}`] ?? importNotes[key];
  return note ? inLanguage(locale, note) : '';
}

/** Empty sheets to fill in: headings, an example, drop-downs of what exists, and a page that says what each column may hold. */
@Injectable()
export class ImportTemplates {
  constructor(
    private readonly bus: Bus,
    private readonly spreadsheets: SpreadsheetPort,
  ) {}

  async of(form: ImportForm): Promise<Buffer> {
    const { locale } = callContext();
    const registered = await this.registered(form);
    const example = form.columns.map(({ example: cell = '' }) => cell);
    return this.spreadsheets.write({
      name: form.name,
      columns: form.columns.map(({ key, choices }) => ({
        heading: columnText(locale, key), choices: typeof choices === 'string' ? registered[choices] : choices && [...choices],
      })),
      rows: example.some((cell) => cell !== '') ? [example] : [],
      notes: { name: this.word(locale, 'page'), rows: this.notes(locale, form) },
    });
  }

  private notes(locale: Locale, form: ImportForm): string[][] {
    const head = ['chinese', 'english', 'required', 'allowed', 'example'].map((key) => this.word(locale, key));
    const rows = form.columns.map(({ key, required, example = '' }) => [
      columnText('zh-CN', key), columnText('en', key), this.word(locale, required ? 'yes' : 'no'), noteOf(locale, form, key), example,
    ]);
    return [head, ...rows];
  }

  private word(locale: Locale, key: string): string {
    return inLanguage(locale, importNotes[key]);
  }

  /** Codes of what is registered, as far as the form has a column for them. */
  private async registered(form: ImportForm): Promise<Record<'models' | 'dealers' | 'warehouses', string[]>> {
    const page = { limit: CHOICES_MAX };
    const wants = (what: string): boolean => form.columns.some(({ choices }) => choices === what);
    const [models, dealers, warehouses] = await Promise.all([
      wants('models') ? this.bus.call(ProductModelService.method.listProductModels, { state: 'published', page }) : { items: [] },
      wants('dealers') ? this.bus.call(DealerService.method.listDealers, { status: 'active', page }) : { items: [] },
      wants('warehouses') ? this.bus.call(StockService.method.listWarehouses, { page }) : { items: [] },
    ]);
    const codes = ({ items }: { items: { code: string }[] }): string[] => items.map(({ code }) => code);
    return { models: codes(models), dealers: codes(dealers), warehouses: codes(warehouses) };
  }
}
