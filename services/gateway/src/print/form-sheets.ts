/** How a form lies on what it is printed on; millimetres, sizes of letters in points. */
export interface FormSheet {
  width: number;
  height: number;
  side: number;
  top: number;
  bottom: number;
  /** Where the running line above the body stands. */
  head: number;
  qr: number;
  qrTop: number;
  body: number;
  title: number;
  /** Points above and below what stands in a row. */
  rowRoom: number;
  /** Room to sign in. */
  signing: number;
  /** Greatest height of a picture; two stand beside each other. */
  picture: number;
}

/**
 * what forms are printed on: A4, or the continuous paper of a needle printer, 241 × 140 mm in layers, whose edges with the holes
 * stay white.
 */
export const FORM_SHEETS = {
  a4: { width: 210, height: 297, side: 15, top: 16, bottom: 15, head: 9, qr: 21, qrTop: 9, body: 9, title: 17, rowRoom: 3, signing: 8, picture: 75 },
  '241x140': { width: 241, height: 140, side: 16, top: 9, bottom: 9, head: 4, qr: 16, qrTop: 4, body: 7.5, title: 13, rowRoom: 1.5, signing: 2, picture: 55 },
} as const satisfies Record<string, FormSheet>;

export type FormSheetName = keyof typeof FORM_SHEETS;
export const FORM_SHEET_NAMES = Object.keys(FORM_SHEETS) as FormSheetName[];
