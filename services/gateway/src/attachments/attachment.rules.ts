/** Which files are taken, judged by their content and not by what they call themselves. */

export const UPLOAD_BYTES_MAX = 10 * 1024 * 1024;

/** Content types that are taken, with the extensions their names may have. */
const ACCEPTED: Record<string, readonly string[]> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'application/pdf': ['pdf'],
  'application/xml': ['xml'],
  'application/ofd': ['ofd'],
};

export type FileRefusal = 'FILE_TYPE_REFUSED' | 'FILE_TYPE_MISMATCH';

/** Pictures are drawn anew, so that nothing but the picture is kept. */
export function isPicture(contentType: string): boolean {
  return contentType.startsWith('image/');
}

/** What a place takes: `picture` a photo or a drawn signature, `paper` a signed paper or a proof, `any` whatever is kept. */
export type FileKind = 'picture' | 'paper' | 'any';

/** W-4, W-5: a photo is a picture; a paper may be a PDF as well, and no machine's data. */
export function isOfKind(kind: FileKind, contentType: string): boolean {
  return kind === 'any' || isPicture(contentType) || (kind === 'paper' && contentType === 'application/pdf');
}

export function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return dot < 0 ? '' : fileName.slice(dot + 1).toLowerCase();
}

/** The last part of the name as given, without what would lead somewhere else, break a header or read backwards. */
export function safeFileName(fileName: string): string {
  const last = fileName.split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069"<>|:*?%;]/g, '').replace(/^\.+/, '').trim();
  return plain.slice(-100) || 'file';
}

/** C-5: a name that tells nothing of a person; the extension stays. */
export function plainFileName(fileName: string): string {
  const extension = extensionOf(fileName);
  return Object.values(ACCEPTED).some((extensions) => extensions.includes(extension)) ? `file.${extension}` : 'file';
}

/** Why a file of this content and name is refused, or undefined when it is taken. `contentType` is what its bytes say. */
export function fileRefusal(contentType: string | undefined, fileName: string): FileRefusal | undefined {
  const extensions = contentType === undefined ? undefined : ACCEPTED[contentType];
  if (!extensions) return 'FILE_TYPE_REFUSED';
  const extension = extensionOf(fileName);
  return extension === '' || extensions.includes(extension) ? undefined : 'FILE_TYPE_MISMATCH';
}

/** The SHA-256 beside a file's id, wherever in a document it is named; undefined when it is not. */
export function shaNamed(document: unknown, fileId: string): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { id, sha256 } = document as { id?: unknown; sha256?: unknown };
  if (id === fileId && typeof sha256 === 'string') return sha256;
  for (const part of Object.values(document)) {
    const found = shaNamed(part, fileId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How far before its end a PDF may say that it ends; readers look as far. */
const PDF_END_BYTES = 1024;

/** A PDF's last lines say where its table begins; one that was cut off has none. */
export function isWholePdf(content: Buffer): boolean {
  const ends = [...content.subarray(-PDF_END_BYTES).toString('latin1').matchAll(/startxref\s{1,9}(\d{1,10})\s{1,9}%%EOF/g)].at(-1);
  return ends !== undefined && Number(ends[1]) < content.length;
}

/** What a browser would show as a page or drawing: elements by their name, and whatever is of their namespaces. */
const SHOWN = /<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|<(?:[^\s<>/:]{1,50}:)?(?:svg|html|script)[\s/>]/i;
const SHOWN_NAMESPACE = /["']http:\/\/www\.w3\.org\/(?:1999\/xhtml|2000\/svg|1998\/Math\/MathML)["']/i;
/** No XML has these; one that switches the alphabet could hide a name behind it. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** XML has no magic bytes: it is XML when it says so first and is, to its end, no drawing, page or script under any prefix, and draws in nothing. */
export function isPlainXml(content: string): boolean {
  const text = content.replace(/^\uFEFF/, '').trimStart();
  return /^<\?xml\s/i.test(text) && !CONTROL.test(text) && !SHOWN.test(text) && !SHOWN_NAMESPACE.test(withoutReferences(text));
}

/** A reader resolves references to characters before it looks at a namespace. */
function withoutReferences(text: string): string {
  return text.replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_reference, hex: string | undefined, decimal: string | undefined) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
  });
}
