import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { newId } from '@aftercare/domain';
import { callContext, notFound, ServiceError, systemContext, type CallContext } from '@aftercare/messaging';
import { Database, scopeValues, SERVICE_CONFIG, type ServiceConfig } from '@aftercare/service';
import { uploadMark, type Upload } from '../http/upload.js';
import { fileRefusal, isOfKind, isPicture, isWholePdf, safeFileName, type FileKind } from './attachment.rules.js';
import { DocumentFiles, type InDocumentQuery } from './document-files.js';
import { contentTypeOf } from './file-kind.js';
import { FileStore } from './file-store.js';
import { redraw, unreadable } from './pictures.js';

/** A stored file as its row tells it. */
export interface Attachment {
  id: string;
  sha256: string;
  contentType: string;
  fileName: string;
  sizeBytes: number;
  hasThumbnail: boolean;
}

/** A file as a body names it: in which field, and what that takes. */
export interface NamedFile {
  field: string;
  id: string;
  sha256: string;
  takes: FileKind;
}

/** Together less than an hour, after which no file may be nobody's. */
const SWEEP_EVERY_MS = 20 * 60_000;
const SWEEP_OLDER_MS = 30 * 60_000;
const COLUMNS = `id, sha256, content_type as "contentType", file_name as "fileName", size_bytes as "sizeBytes", has_thumbnail as "hasThumbnail"`;

/**
 * Photos and papers: judged by content, pictures drawn anew, kept by SHA-256. A file is visible to the organisation that
 * uploaded it and to the manufacturer's staff; a dealer's parent sees it with the child's documents. Whoever may read a
 * document reads the files it names. A technician reads what he uploaded himself, anything else in a document of his work (C-5).
 */
@Injectable()
export class Attachments implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly files: FileStore;
  private readonly logger = new Logger('Attachments');
  private sweeper?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly documents: DocumentFiles,
    @Inject(SERVICE_CONFIG) config: ServiceConfig,
  ) {
    this.files = new FileStore(join(config.dataDir, 'attachments'));
  }

  /** Stores an upload, for the caller unless told; the same upload under the same key is stored once. Errors: IDEMPOTENCY_KEY_REUSED, FILE_TYPE_REFUSED, FILE_TYPE_MISMATCH, FILE_UNREADABLE. */
  async store(upload: Upload, ctx: CallContext = callContext()): Promise<Attachment> {
    const keyed = { action: 'attachment.upload', request: uploadMark(upload) };
    const before = await this.database.answered<Omit<Attachment, 'fileName'>>(ctx, keyed);
    if (before !== null) return { ...before, fileName: safeFileName(upload.fileName) };
    const contentType = await contentTypeOf(upload.content, upload.fileName);
    const refusal = fileRefusal(contentType, upload.fileName);
    if (refusal || contentType === undefined) {
      throw new ServiceError('invalid_argument', refusal ?? 'FILE_TYPE_REFUSED', 'The file is of a type that is not taken.', { field: 'file' });
    }
    if (contentType === 'application/pdf' && !isWholePdf(upload.content)) throw unreadable();
    const picture = isPicture(contentType) ? await redraw(upload.content, contentType) : undefined;
    const content = picture?.content ?? upload.content;
    const sha256 = await this.files.put(content);
    if (picture) await this.files.putThumbnail(sha256, picture.thumbnail);
    const attachment = {
      id: newId(), sha256, contentType, fileName: safeFileName(upload.fileName), sizeBytes: content.length, hasThumbnail: picture !== undefined,
    };
    // The stored answer holds no file name, which may be a person's.
    const { fileName, ...answer } = attachment;
    const stored = await this.database.command(ctx, async (tx) => {
      await tx.sql({
        name: 'attachment_insert',
        text: `insert into attachment (id, dealer_id, uploaded_by, sha256, content_type, file_name, size_bytes, has_thumbnail)
               values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [attachment.id, ctx.dealerId, ctx.userId || null, sha256, contentType, fileName, attachment.sizeBytes, attachment.hasThumbnail],
      });
      await tx.audit({ action: 'upload', kind: 'attachment', id: attachment.id, dealerId: ctx.dealerId, changed: { sha256: { after: sha256 } } });
      return answer;
    }, keyed);
    return { ...stored, fileName };
  }

  /** The row of a file that is visible, or named by a document that is. Errors: the same NOT_FOUND for missing and foreign ones. */
  async get(id: string, within: InDocumentQuery): Promise<Attachment> {
    const [found] = await this.visible([id], { onlyOf: ownUploader() });
    const file = found ?? (await this.namedIn(within, id));
    if (!file) throw notFound('attachment');
    return file;
  }

  /** The row of a file that hangs on a document the caller was shown: whoever sees the document sees its files. Errors: NOT_FOUND. */
  async ofShownDocument(id: string): Promise<Attachment> {
    const [found] = await this.visible([id], { ctx: systemContext('gateway', callContext()) });
    if (!found) throw notFound('attachment');
    return found;
  }

  /** Files named in a body must exist as named, be the caller's to use, and be what the field takes. Errors: NOT_FOUND, FILE_KIND_REFUSED. */
  async assertUsable(files: NamedFile[]): Promise<void> {
    if (files.length === 0) return;
    const found = new Map((await this.visible([...new Set(files.map(({ id }) => id))])).map((row) => [row.id, row]));
    if (files.some(({ id, sha256 }) => found.get(id)?.sha256 !== sha256)) throw notFound('attachment');
    const wrong = files.find(({ id, takes }) => !isOfKind(takes, found.get(id)?.contentType ?? ''));
    if (wrong) throw new ServiceError('invalid_argument', 'FILE_KIND_REFUSED', 'The file is not of the kind that is taken here.', { field: wrong.field, fileKind: wrong.takes });
  }

  onApplicationBootstrap(): void {
    const sweep = (): void => void this.sweep(SWEEP_OLDER_MS).catch((error: Error) => this.logger.warn(`sweep: ${error.message}`));
    // Also at the start, for what broke off when the gateway died.
    sweep();
    this.sweeper = setInterval(sweep, SWEEP_EVERY_MS);
    this.sweeper.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweeper);
  }

  /** Removes files without a row, left behind by uploads that broke off. */
  sweep(ageMs: number): Promise<number> {
    return this.files.sweep((sha256s) => this.kept(sha256s), ageMs);
  }

  private async kept(sha256s: string[]): Promise<Set<string>> {
    if (sha256s.length === 0) return new Set();
    const rows = await this.database.many<{ sha256: string }>(systemContext('gateway'), {
      name: 'attachment_kept',
      text: `select sha256 from attachment where sha256 = any($1) union select sha256 from import_file where sha256 = any($1)
             union select sha256 from label_file where sha256 = any($1)`,
      values: [sha256s],
    });
    return new Set(rows.map(({ sha256 }) => sha256));
  }

  /** The owner of the document has let the caller read it, so the row is read whoever uploaded it. */
  private async namedIn(within: InDocumentQuery, id: string): Promise<Attachment | null> {
    const sha256 = await this.documents.shaIn(within, id);
    if (sha256 === undefined) return null;
    return this.database.one<Attachment>(systemContext('gateway'), {
      name: 'attachment_named', text: `select ${COLUMNS} from attachment where id = $1 and sha256 = $2`, values: [id, sha256],
    });
  }

  private visible(ids: string[], { ctx = callContext(), onlyOf = null }: { ctx?: CallContext; onlyOf?: string | null } = {}): Promise<Attachment[]> {
    return this.database.many<Attachment>(ctx, {
      name: 'attachment_visible',
      text: `select ${COLUMNS} from attachment where id = any($1::uuid[]) and ($2::boolean or dealer_id = any($3::uuid[])) and ($4::uuid is null or uploaded_by = $4::uuid)`,
      values: [ids, ...scopeValues(ctx), onlyOf],
    });
  }
}

/** Whose uploads alone the caller reads without a document; null for anybody but a technician. */
function ownUploader(): string | null {
  const { role, userId } = callContext();
  return role === 'dealer_technician' ? userId : null;
}
