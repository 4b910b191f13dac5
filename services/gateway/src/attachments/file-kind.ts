import { extensionOf, isPlainXml } from './attachment.rules.js';

/** The content type that the bytes themselves tell. OFD is a zip with OFD.xml in it; XML has no magic bytes. */
export async function contentTypeOf(content: Buffer, fileName: string): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type/core');
  const found = await fileTypeFromBuffer(content).catch(() => undefined);
  if (found?.mime === 'application/zip' && extensionOf(fileName) === 'ofd' && content.includes('OFD.xml')) return 'application/ofd';
  if (found && found.mime !== 'application/xml') return found.mime;
  return isPlainXml(content.toString('utf8')) ? 'application/xml' : undefined;
}
