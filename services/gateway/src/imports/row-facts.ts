import { Injectable } from '@nestjs/common';
import { UserPlaces } from '../auth/user-places.js';
import type { ImportForm } from './import-forms.js';
import { KnownFamilies } from './known-families.js';
import { PartNumbers } from './part-numbers.js';
import type { SheetRow } from './sheet-form.rules.js';

/** What the rows of a sheet need to know of other services: asked before the job, as who sent the sheet. */
@Injectable()
export class RowFacts {
  constructor(
    private readonly places: UserPlaces,
    private readonly families: KnownFamilies,
    private readonly numbers: PartNumbers,
  ) {}

  async added(form: ImportForm, rows: SheetRow[]): Promise<SheetRow[]> {
    if (form.name === 'users') return this.places.placed(rows);
    if (form.name === 'fault-codes') return this.families.found(rows);
    if (form.name === 'part-prices') return this.numbers.found(rows);
    return rows;
  }
}
