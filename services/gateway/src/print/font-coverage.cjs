// Which characters a font has, and what is printed for one that it lacks.
const { readFileSync } = require('node:fs');

/** U+3013, the geta of the printers: here stands a character that the type case does not hold. */
const GETA = '\u3013';
const UNICODE = 3;
const ALL_PLANES = 10;
const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
/** Formatting that has no shape of its own: joiners, variation selectors, marks of direction. */
const SHAPELESS = /^\p{Default_Ignorable_Code_Point}$/u;
const CONTROL = /^\p{Cc}$/u;

/** The first and last characters of the groups in the table "cmap" (format 12) of a TrueType file. */
function groupsOf(font) {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, at) => 12 + at * 16);
  const cmap = font.readUInt32BE(tables.find((at) => font.toString('latin1', at, at + 4) === 'cmap') + 8);
  const encodings = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, at) => cmap + 4 + at * 8);
  const encoding = encodings.find((at) => font.readUInt16BE(at) === UNICODE && font.readUInt16BE(at + 2) === ALL_PLANES);
  const table = cmap + font.readUInt32BE(encoding + 4);
  return Array.from({ length: font.readUInt32BE(table + 12) }, (_, at) => table + 16 + at * 12)
    .map((at) => [font.readUInt32BE(at), font.readUInt32BE(at + 4)]);
}

/** True for a character that the font file has. */
function coverageOf(file) {
  const groups = groupsOf(readFileSync(file));
  return (character) => {
    const code = character.codePointAt(0);
    let [low, high] = [0, groups.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (code < groups[middle][0]) high = middle - 1;
      else if (code > groups[middle][1]) low = middle + 1;
      else return true;
    }
    return false;
  };
}

/** A text as the font can print it: a geta for each character it lacks, nothing for what has no shape. */
function printableWith(has) {
  const isKept = (character) => character === '\n' || character === '\t' || has(character);
  const isDropped = (character) => !isKept(character) && (SHAPELESS.test(character) || CONTROL.test(character));
  const printed = (grapheme) => {
    const characters = [...grapheme.normalize('NFC')].filter((character) => !isDropped(character));
    return characters.every(isKept) ? characters.join('') : GETA;
  };
  return (text) => ([...text].every(isKept) ? text : Array.from(graphemes.segment(text), ({ segment }) => printed(segment)).join(''));
}

module.exports = { GETA, coverageOf, printableWith };
