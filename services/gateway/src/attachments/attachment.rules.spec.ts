import { fileRefusal, isOfKind, isPlainXml, isWholePdf, plainFileName, safeFileName, shaNamed } from './attachment.rules.js';

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

  it('X-3: XML whose elements are a page or a drawing by their namespace is not taken, under any prefix and however it is written', () => {
    const root = (attribute: string): boolean => isPlainXml(`<?xml version="1.0"?><h:body ${attribute}><h:img src="x" onerror="alert(1)"/></h:body>`);
    const xhtml = 'http://www.w3.org/1999/xhtml';
    expect(root('xmlns:h="urn:invoice" note="see www.w3.org/1999/xhtml"')).toBe(true);
    for (const uri of [xhtml, 'http://www.w3.org/2000/svg', 'http://www.w3.org/1998/Math/MathML']) expect([uri, root(`xmlns:h="${uri}"`)]).toEqual([uri, false]);
    for (const written of [`xmlns:h = '${xhtml}'`, `xmlns:h="${xhtml.replace('x', '&#x78;')}"`, `xmlns:h="${xhtml.replace('h', '&#000104;')}"`]) expect([written, root(written)]).toEqual([written, false]);
    expect(isPlainXml(`<?xml version="1.0"?><a>${' '.repeat(10_000)}<${'p'.repeat(60)}:svg xmlns:${'p'.repeat(60)}="http://www.w3.org/2000/svg"/></a>`)).toBe(false);
    expect(isPlainXml('<?xml version="1.0" encoding="ISO-2022-JP"?><a><h\u001b(Btml/></a>')).toBe(false);
    expect(isPlainXml('<?xml version="1.0"?><a>&#9999999999;&#60;b></a>')).toBe(true);
  });

  it('X-3: a PDF is whole when it ends with where its table begins', () => {
    const whole = (content: string): boolean => isWholePdf(Buffer.from(content, 'latin1'));
    const body = '%PDF-1.4\n1 0 obj<<>>endobj\nxref\n0 1\ntrailer<<>>\n';
    for (const end of ['startxref\n27\n%%EOF', 'startxref\r\n27\r\n%%EOF\r\n', 'startxref 27 %%EOF', `startxref\n27\n%%EOF\n${'\0'.repeat(900)}`]) expect([end, whole(body + end)]).toEqual([end, true]);
    const late = `startxref\n27\n%%EOF\n${' '.repeat(2_000)}`;
    for (const end of ['', '%%EOF', 'startxref\n27\n', 'startxref\n%%EOF', 'startxref\n90000\n%%EOF', late]) expect([end, whole(body + end)]).toEqual([end, false]);
    expect(whole('%PDF-1.4\n1 0')).toBe(false);
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
