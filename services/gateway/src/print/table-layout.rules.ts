/** Points left and right of what stands in a cell; a table of many columns leaves less. */
const SIDE = { few: 5, many: 2.5 } as const;
const MANY_COLUMNS = 9;
const LINE_WIDTH = 0.6;
/** A column that takes what is left takes at least this, so that each of its lines holds a word. */
const REST_MIN = 56;
/** Widths of characters and height of a line, in sizes of the font. */
const EM = { wide: 1, capital: 0.7, other: 0.56, line: 1.6 } as const;
const WIDE = /[\u2e80-\uffff\u{20000}-\u{3ffff}]/u;
/** Words leave that much of a line empty. */
const FILLED = 0.7;

/** A table's columns in points, without the room beside what stands in them. */
export interface Grid {
  columns: number[];
  side: number;
}

/**
 * the columns of a table that is as wide as its form; those without a width share what is left. A table whose columns do not fit
 * would stand beyond the paper or leave a column no room to write in, so it is no table: an error of whoever wrote the form.
 */
export function gridOf(widths: readonly (number | '*')[], room: number): Grid {
  const side = widths.length < MANY_COLUMNS ? SIDE.few : SIDE.many;
  const fixed = widths.reduce<number>((sum, width) => sum + (width === '*' ? 0 : width), 0);
  const left = room - fixed - 2 * side * widths.length - LINE_WIDTH * (widths.length + 1);
  const sharing = widths.filter((width) => width === '*').length;
  if (sharing === 0 ? left < 0 : left / sharing < REST_MIN) throw new RangeError(`${widths.length} columns do not fit: ${Math.round(left)} points are left`);
  return { columns: widths.map((width) => (width === '*' ? left / sharing : width)), side };
}

/** What stands in a cell, and how many columns it takes. */
export interface CellText {
  text: string;
  span: number;
}

/** How a row stands on the paper. */
export interface RowShape {
  /** Points that it is high, at most. */
  height: number;
  /** Which of its cells have a word that is longer than a line, which is broken anywhere. */
  broken: boolean[];
}

/** how a row of texts stands in its columns, as far as that can be known before it is drawn. */
export function rowShape(cells: readonly CellText[], grid: Grid, fontSize: number): RowShape {
  let at = 0;
  const shapes = cells.map(({ text, span }) => {
    const width = grid.columns.slice(at, at + span).reduce((sum, each) => sum + each, 0) + 2 * grid.side * (span - 1);
    at += span;
    return { lines: linesOf(text, width / fontSize), broken: Math.max(0, ...text.split(/[\s-]/).map(wordWidth)) > width / fontSize };
  });
  return { height: Math.max(1, ...shapes.map(({ lines }) => lines)) * fontSize * EM.line, broken: shapes.map(({ broken }) => broken) };
}

const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + (WIDE.test(character) ? EM.wide : /[A-ZMW@%]/.test(character) ? EM.capital : EM.other), 0);

/** Between wide characters a line may end anywhere. */
const wordWidth = (run: string): number => Math.max(0, ...run.split(WIDE).map(widthOf));

const linesOf = (text: string, width: number): number => text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / (width * FILLED))), 0);
