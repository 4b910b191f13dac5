import { fileRefusal, isOfKind, isPlainXml, plainFileName, safeFileName, shaNamed } from './attachment.rules.js';

describe('attachments', () => {
  it('X-3: content decides, and the name must not say otherwise', () => {
    expect(fileRefusal('image/jpeg', 'photo.JPG')).toBeUndefined();
    expect(fileRefusal('application/ofd', 'invoice.ofd')).toBeUndefined();
    expect(fileRefusal('image/png', 'photo')).toBeUndefined();
    expect(fileRefusal('image/gif', 'photo.jpg')).toBe('FILE_TYPE_REFUSED');
    expect(fileRefusal('image/svg+xml', 'photo.svg')).toBe('FILE_TYPE_REFUSED');
    expect(fileRefusal('application/zip', 'photo.jpg')).toBe('FILE_TYPE_REFUSED');
    expect(fileRefusal(undefined, 'notes.txt')).toBe('FILE_TYPE_REFUSED');
    expect(fileRefusal('image/png', 'photo.jpg')).toBe('FILE_TYPE_MISMATCH');
  });

  it('R-6, R-7, W-5: a photo is a picture, a paper may be a PDF as well, and nothing else is either', () => {
    const kept = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf', 'application/xml', 'application/ofd'];
    expect(kept.filter((type) => isOfKind('picture', type))).toEqual(['image/jpeg', 'image/png', 'image/webp']);
    expect(kept.filter((type) => isOfKind('paper', type))).toEqual(['image/jpeg', 'image/png', 'image/webp', 'application/pdf']);
    expect(kept.filter((type) => isOfKind('any', type))).toEqual(kept);
  });

  it('X-3: a file is named by a document wherever its id stands beside a hash, and by its id alone it is not', () => {
    const document = { id: 'd', files: [{ id: 'a', sha256: 'aa' }], records: [{ photos: [{ id: 'b', sha256: 'bb' }] }], lines: [{ id: 'c' }, null] };
    expect(['a', 'b', 'c', 'd', 'x'].map((id) => shaNamed(document, id))).toEqual(['aa', 'bb', undefined, undefined, undefined]);
  });

  it('X-3: XML is taken, a drawing with scripts, a page or an entity is not', () => {
    expect(isPlainXml('<?xml version="1.0"?><EInvoice/>')).toBe(true);
    expect(isPlainXml('<?xml version="1.0"?><svg onload="x()"/>')).toBe(false);
    expect(isPlainXml('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>')).toBe(false);
    expect(isPlainXml('<svg/>')).toBe(false);
    const late = (tail: string): string => `<?xml version="1.0"?><a><!--${' '.repeat(10_000)}-->${tail}</a>`;
    expect(isPlainXml(late('<svgx/><b c="1"/>'))).toBe(true);
    for (const tail of ['<svg onload="x()"/>', '<s-v:svg/>', '<x:script xmlns:x="y">1</x:script>', '<!DOCTYPE a>', '<?xml-stylesheet href="x"?>']) expect([tail, isPlainXml(late(tail))]).toEqual([tail, false]);
  });

  it('X-3: a name cannot lead out of its folder or break a header', () => {
    expect(safeFileName('../../etc/passwd')).toBe('passwd');
    expect(safeFileName('C:\\photos\\bad".jpg')).toBe('bad.jpg');
    expect(safeFileName('..')).toBe('file');
    expect(safeFileName('photo\u202Egpj.exe')).toBe('photogpj.exe');
    expect(safeFileName('发票.pdf')).toBe('发票.pdf');
  });

  it('C-5: evidence that stays is named by its kind alone', () => {
    expect(['张三家.JPG', 'a.pdf', '张三', 'x.张三'].map(plainFileName)).toEqual(['file.jpg', 'file.pdf', 'file', 'file']);
  });
});
