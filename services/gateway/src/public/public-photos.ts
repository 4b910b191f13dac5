import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { callContext, ServiceError, systemContext } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { Attachments } from '../attachments/attachments.js';
import { isPicture } from '../attachments/attachment.rules.js';
import { contentTypeOf } from '../attachments/file-kind.js';
import type { Upload } from '../http/upload.js';

/** A stored photo as a call names it. */
export interface NamedPhoto {
  id: string;
  sha256: string;
}

const TICKET_BYTES = 32;
const HOUR_MS = 3_600_000;

/**
 * Photos of people without an account. A photo is nobody's: only its ticket, told once, lets one call name it. What no call
 * named within a day goes again, its content with the next sweep of files.
 */
@Injectable()
export class PublicPhotos implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('PublicPhotos');
  private sweeper?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly attachments: Attachments,
  ) {}

  /** Stores a photo; pictures only. Errors: FILE_TYPE_REFUSED, FILE_TYPE_MISMATCH, FILE_UNREADABLE. */
  async store(upload: Upload): Promise<{ ticket: string }> {
    const contentType = await contentTypeOf(upload.content, upload.fileName);
    if (contentType === undefined || !isPicture(contentType)) {
      throw new ServiceError('invalid_argument', 'FILE_TYPE_REFUSED', 'Only pictures are taken here.', { field: 'file' });
    }
    const acting = systemContext('gateway', callContext());
    const { id, sha256 } = await this.attachments.store(upload, acting);
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    await this.database.command(acting, async (tx) => {
      await tx.sql({ name: 'public_photo_insert', text: 'insert into public_photo (ticket_hash, attachment_id, sha256) values ($1, $2, $3)', values: [hashOf(ticket), id, sha256] });
      return {};
    });
    return { ticket };
  }

  /** Takes the photos behind tickets for one call; when that fails they are free again. Errors: PHOTO_UNKNOWN. */
  async forOneCall<T>(tickets: readonly string[], open: (photos: NamedPhoto[]) => Promise<T>): Promise<T> {
    const hashes = [...new Set(tickets)].map(hashOf);
    const photos = hashes.length === 0 ? [] : await this.take(hashes);
    try {
      return await open(photos);
    } catch (error) {
      if (hashes.length > 0) await this.release(hashes);
      throw error;
    }
  }

  onApplicationBootstrap(): void {
    this.sweeper = setInterval(() => void this.sweep().catch((error: Error) => this.logger.warn(`sweep: ${error.message}`)), HOUR_MS);
    this.sweeper.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweeper);
  }

  /** Removes photos that no call named within a day; answers how many. */
  async sweep(): Promise<number> {
    const { gone } = await this.database.command(systemContext('gateway'), async (tx) => {
      const rows = await tx.sql<{ id: string }>({ name: 'public_photo_sweep', text: SWEEP, values: [] });
      for (const { id } of rows) await tx.audit({ action: 'sweep', kind: 'attachment', id, changed: {} });
      return { gone: rows.length };
    });
    return gone;
  }

  private async take(hashes: string[]): Promise<NamedPhoto[]> {
    const { photos } = await this.database.command(systemContext('gateway'), async (tx) => {
      const taken = await tx.sql<NamedPhoto>({ name: 'public_photo_take', text: TAKE, values: [hashes] });
      if (taken.length !== hashes.length) throw new ServiceError('invalid_argument', 'PHOTO_UNKNOWN', 'A photo is unknown, used or expired.', { field: 'photos' });
      return { photos: taken };
    });
    return photos;
  }

  private async release(hashes: string[]): Promise<void> {
    await this.database.command(systemContext('gateway'), async (tx) => {
      await tx.sql({ name: 'public_photo_release', text: 'update public_photo set used_at = null where ticket_hash = any($1)', values: [hashes] });
      return {};
    });
  }
}

const TAKE = 'update public_photo set used_at = now() where ticket_hash = any($1) and used_at is null returning attachment_id as id, sha256';

const SWEEP = `
  with stale as (delete from public_photo where used_at is null and created_at < now() - interval '1 day' returning attachment_id)
  delete from attachment where id in (select attachment_id from stale) returning id`;

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
