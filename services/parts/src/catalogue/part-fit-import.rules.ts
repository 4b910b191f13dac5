import { ImportRowReader, type ImportFault, type ImportRow, type Paced } from '@aftercare/domain';

/** Columns of the sheet of fitting models. `partId` and `modelId` are added by who sends the rows; empty where there is none. */
export type FitColumn = 'partNumber' | 'partId' | 'modelCode' | 'modelId' | 'drawingPosition';

/** A place of a part on a model. */
export interface Fit {
  partId: string;
  modelId: string;
  modelCode: string;
  position: string;
}

/** What a sheet of fitting models holds. */
export interface FitSheet {
  fits: Fit[];
  faults: ImportFault[];
}

const POSITION_MAX = 20;

/** A place, to be told from others. */
export const placeOf = ({ partId, modelId, position }: Omit<Fit, 'modelCode'>): string => `${partId} ${modelId} ${position}`;

/** X-9, P-1: checks which parts fit which models at which position; parts and models are known, and no place stands twice. */
export function* checkFitSheet(rows: readonly ImportRow[]): Paced<FitSheet> {
  const faults: ImportFault[] = [];
  const fits = new Map<string, Fit>();
  for (const row of rows) {
    yield;
    const reader = new ImportRowReader<FitColumn>(row, faults);
    const fit = { partId: reader.text('partId'), modelId: reader.text('modelId'), modelCode: reader.plain('modelCode'), position: reader.plain('drawingPosition') };
    if (reader.needed('partNumber') !== '' && fit.partId === '') reader.fault('partNumber', 'PART_UNKNOWN');
    if (reader.needed('modelCode') !== '' && fit.modelId === '') reader.fault('modelCode', 'MODEL_UNKNOWN');
    if ([...fit.position].length > POSITION_MAX) reader.fault('drawingPosition', 'VALUE_INVALID');
    if (!reader.fits) continue;
    if (fits.has(placeOf(fit))) reader.fault('drawingPosition', 'ROW_DOUBLE');
    else fits.set(placeOf(fit), fit);
  }
  return { fits: [...fits.values()], faults };
}
