import { Injectable } from '@nestjs/common';
import { UserPlaces } from '../auth/user-places.js';
import type { ImportForm } from './import-forms.js';
import { KnownFamilies } from './known-families.js';
import { KnownModels } from './known-models.js';
import { PartNumbers } from './part-numbers.js';
import type { SheetRow } from './sheet-form.rules.js';

/** What the rows of a sheet need to know of other services: asked before the job, as who sent the sheet. */
@Injectable()
export class RowFacts {
  constructor(
    private readonly places: UserPlaces,
    private readonly families: KnownFamilies,
    private readonly numbers: PartNumbers,
    private readonly models: KnownModels,
  ) {}

  async added(form: ImportForm, rows: SheetRow[]): Promise<SheetRow[]> {
    if (form.name === 'users') return this.places.placed(rows);
    if (form.name === 'fault-codes') return this.families.found(rows);
    if (form.name === 'part-prices' || form.name === 'price-lists') return this.numbers.found(rows);
    if (form.name === 'parts') return this.families.listed(rows);
    if (form.name === 'part-models') return this.models.found(await this.numbers.found(rows));
    if (form.name === 'opening-stock' || form.name === 'opening-holdings') return this.numbers.found(await this.places.placed(rows));
    return rows;
  }
}
