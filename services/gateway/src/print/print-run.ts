import type { Locale } from '@aftercare/domain';
import type { NameRegion } from '../regions/region-names.js';
import { printText, printWord, type PrintKey } from '../texts/texts.js';
import type { FormSheetName } from './form-sheets.js';

/** What is known of a printing before it begins. */
export interface Printing {
  locale: Locale;
  /** Who prints; it stands on each page. */
  by: string;
  /** When, as people read it. */
  at: string;
  publicUrl: string;
  nameRegion: NameRegion;
  /** How many parties get a copy. */
  copies: number;
  /** What it is printed on. */
  sheet: FormSheetName;
}

/** One printing: in which language, by whom, when, and where links lead. */
export class PrintRun {
  readonly locale = this.of.locale;
  readonly by = this.of.by;
  readonly at = this.of.at;
  readonly copies = this.of.copies;
  readonly sheet = this.of.sheet;

  constructor(private readonly of: Printing) {}

  /** A label or sentence of the papers. */
  say(key: PrintKey, values: Record<string, unknown> = {}): string {
    return printText(this.locale, key, values);
  }

  /** A code as its word: `word('stage', 'in_warranty')`; the code itself where the papers have none. */
  word(kind: string, code: string): string {
    return printWord(this.locale, kind, code);
  }

  yesNo(value: boolean): string {
    return this.say(value ? 'yes' : 'no');
  }

  /** The name in the paper's language, the Chinese one where there is no other. */
  name(of: { name: string; nameEn: string }): string {
    return this.locale === 'en' && of.nameEn ? of.nameEn : of.name;
  }

  /** A part of a document by its name in the paper's language. */
  part({ partName, partNameEn }: { partName: string; partNameEn: string }): string {
    return this.name({ name: partName, nameEn: partNameEn });
  }

  /** A region by its name; its code where it has none. */
  region(code: string): string {
    return this.of.nameRegion(code) || code;
  }

  /** The address under which a document is opened. */
  link(path: string): string {
    return `${this.of.publicUrl}${path}`;
  }
}
