/** A sheet to be written: headings, and rows of plain values. */
export interface SheetToWrite {
  name: string;
  columns: { heading: string; width?: number; choices?: string[] }[];
  rows: (string | number | boolean)[][];
  /** Cells to be marked, by row index and column index. */
  marked?: { row: number; column: number }[];
  /** A further page of plain text, headings first. */
  notes?: { name: string; rows: string[][] };
}

/** Reading and writing of sheets; one class behind it knows the library. */
export abstract class SpreadsheetPort {
  /** The first sheet's rows as text, headings first. Throws a ServiceError for what may be otherwise in a while, anything else when the content is no sheet. */
  abstract read(content: Buffer): Promise<string[][]>;
  abstract write(sheet: SheetToWrite): Promise<Buffer>;
}
