// Draws papers as PDF in a process of its own: library and fonts are large, and a long paper takes seconds. It is started by
// pdf-printer.ts with the first paper and ended when there is nothing more to draw; plain JavaScript, so that specs and the built
// gateway start the same file. It reaches nothing but the two font files (and their table of characters).
const pdfmake = require('pdfmake');
const qrcode = require('qrcode');
const { coverageOf, GETA, printableWith } = require('./font-coverage.cjs');

const SMALL = { fontSize: 7.5, color: '#444444' };
const fonts = {
  normal: require.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf'),
};
pdfmake.setFonts({ Noto: { normal: fonts.normal, bold: fonts.bold, italics: fonts.normal, bolditalics: fonts.bold } });
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => Object.values(fonts).includes(path));

const printable = printableWith(coverageOf(fonts.normal));

/** Lines as thin as on a paper form, with room around what is written; a table of many columns says that it leaves less at the sides. */
const formLayout = (room) => ({
  hLineWidth: () => 0.6,
  vLineWidth: () => 0.6,
  paddingLeft: (_column, { table }) => table.side ?? 5,
  paddingRight: (_column, { table }) => table.side ?? 5,
  paddingTop: () => room,
  paddingBottom: () => room,
});

const rounded = (number) => Math.round(number * 1000) / 1000;

/**
 * A QR code as one path at a place of the page, neighbours in a row joined. Whoever places it leaves four modules of white
 * around it; level M still reads when a seventh of it is scratched.
 */
function qrAt({ link, x, y, edge }) {
  const { modules } = qrcode.create(link, { errorCorrectionLevel: 'M' });
  const { size, data } = modules;
  const module = edge / size;
  let d = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0, run = 0; column < size; column += run || 1) {
      run = 0;
      while (column + run < size && data[row * size + column + run]) run += 1;
      if (run) d += `M${rounded(x + column * module)} ${rounded(y + row * module)}h${rounded(run * module)}v${rounded(module)}h${-rounded(run * module)}z`;
    }
  }
  return { canvas: [{ type: 'path', d, color: '#000000' }], absolutePosition: { x: 0, y: 0 } };
}

/** Nodes with a link become QR codes, characters that the font lacks a mark; all else is what pdfmake knows. */
function drawn(node) {
  if (Array.isArray(node)) return node.map(drawn);
  if (typeof node === 'string') return printable(node);
  if (node === null || typeof node !== 'object') return node;
  if (node.link !== undefined) return qrAt(node);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, drawn(value)]));
}

/** True when something in it could not be printed as it is. */
const lacks = (node) => (typeof node === 'string' ? node.includes(GETA) : node !== null && typeof node === 'object' && Object.values(node).some(lacks));

/** The content once for each copy, each on pages of its own. */
function copied(content, copies) {
  if (copies.length === 0) return drawn(content);
  return copies.flatMap((_copy, at) => [{ text: '', ...(at > 0 ? { pageBreak: 'before' } : {}) }, ...drawn(content)]);
}

/** Which page of which copy a page is; copies are alike, so each has as many. */
function placeOf(page, pages, copies) {
  const each = pages / Math.max(1, copies.length);
  return { page: ((page - 1) % each) + 1, pages: each, copy: copies[Math.floor((page - 1) / each)] };
}

const line = ({ from, to, margin }) => ({ columns: [{ text: printable(from), ...SMALL }, { text: printable(to), ...SMALL, alignment: 'right', width: 'auto' }], margin });
const counted = (running, { page, pages }) => line({ ...running, to: running.to.replace('{{page}}', page).replace('{{pages}}', pages) });

/** The first page of a copy shows whose it is, further ones the running line as well. */
function headOf(head, { page, copy }) {
  if (page > 1) return line(copy ? { ...head, from: `${head.from}  ${copy}` } : head);
  return copy ? { text: copy, bold: true, margin: head.margin } : null;
}

/** The definition is made anew for each paper, since drawing changes it. */
function definitionOf({ title, language, size, margins, fontSize, content, head, foot, copies = [], images = {}, lackingNote }) {
  const body = copied(content, copies);
  const note = lackingNote && lacks(body) ? `  ${lackingNote}` : '';
  return {
    pageSize: size ?? 'A4',
    pageMargins: margins,
    language,
    info: { title },
    images: { ...images },
    defaultStyle: { font: 'Noto', fontSize, lineHeight: 1.1 },
    ...(head ? { header: (page, pages) => headOf(head, placeOf(page, pages, copies)) } : {}),
    ...(foot ? { footer: (page, pages) => counted({ ...foot, from: `${foot.from}${note}` }, placeOf(page, pages, copies)) } : {}),
    content: body,
  };
}

/** Where drawing failed; the message of an error may hold what was to be printed, and that does not belong into a log. */
function where(error) {
  const frames = String(error?.stack ?? '').split('\n').filter((each) => each.startsWith('    at ')).slice(0, 3);
  return [error?.name ?? 'no error', ...frames.map((frame) => frame.trim())].join(' ');
}

process.on('message', ({ id, work }) => {
  pdfmake.setTableLayouts({ form: formLayout(work.rowRoom ?? 3) });
  pdfmake.createPdf(definitionOf(work)).getBuffer().then(
    (done) => process.send({ id, done }),
    (error) => process.send({ id, problem: where(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
