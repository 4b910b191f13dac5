import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PublicIntakeService } from '@aftercare/contracts';
import { Bus, callContext, ServiceError, systemContext } from '@aftercare/messaging';
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

/** Photos that are asked for at once. */
const BATCH = 500;

/**
 * Photos of people without an account. A photo is nobody's: only its ticket, told once, lets one call name it within a day. Which photos
 * calls name, `repairs` alone knows for certain, since an answer may be lost: it refuses what another call names, and what it says that
 * no call names goes after that day, its content with the next sweep of files.
 */
@Injectable()
export class PublicPhotos implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('PublicPhotos');
  private sweeper?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly attachments: Attachments,
    private readonly bus: Bus,
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

  /** The photos behind tickets, for one call; until it is known to be opened they can be named again. Errors: PHOTO_UNKNOWN. */
  async forOneCall<T>(tickets: readonly string[], open: (photos: NamedPhoto[]) => Promise<T>): Promise<T> {
    const hashes = [...new Set(tickets)].map(hashOf);
    if (hashes.length === 0) return open([]);
    const answer = await open(await this.unused(hashes));
    // The call stands whatever becomes of this: what it names the sweep asks for.
    await this.markUsed('ticket_hash', hashes).catch((error: Error) => this.logger.warn(`tickets: ${error.message}`));
    return answer;
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
    const ctx = systemContext('gateway');
    for (let gone = 0; ; ) {
      const stale = (await this.database.many<{ id: string }>(ctx, { name: 'public_photo_stale', text: STALE, values: [BATCH] })).map(({ id }) => id);
      if (stale.length === 0) return gone;
      const { ids } = await this.bus.call(PublicIntakeService.method.findNamedPhotos, { ids: stale }, { ctx });
      await this.markUsed('attachment_id', ids);
      const named = new Set(ids);
      gone += await this.remove(stale.filter((id) => !named.has(id)));
    }
  }

  private async unused(hashes: string[]): Promise<NamedPhoto[]> {
    const photos = await this.database.many<NamedPhoto>(systemContext('gateway'), { name: 'public_photo_unused', text: UNUSED, values: [hashes] });
    if (photos.length !== hashes.length) throw new ServiceError('invalid_argument', 'PHOTO_UNKNOWN', 'A photo is unknown, used or expired.', { field: 'photos' });
    return photos;
  }

  private async markUsed(by: 'ticket_hash' | 'attachment_id', values: string[]): Promise<void> {
    await this.database.command(systemContext('gateway'), async (tx) => {
      await tx.sql({ name: `public_photo_used_${by}`, text: `update public_photo set used_at = now() where ${by} = any($1) and used_at is null`, values: [values] });
      return {};
    });
  }

  private async remove(ids: string[]): Promise<number> {
    const { gone } = await this.database.command(systemContext('gateway'), async (tx) => {
      const rows = await tx.sql<{ id: string }>({ name: 'public_photo_remove', text: REMOVE, values: [ids] });
      for (const { id } of rows) await tx.audit({ action: 'sweep', kind: 'attachment', id, changed: {} });
      return { gone: rows.length };
    });
    return gone;
  }
}

const UNUSED = `select attachment_id as id, sha256 from public_photo where ticket_hash = any($1) and used_at is null and created_at > now() - interval '1 day'`;

/** A quarter of an hour later than a ticket can be used: by then its call is there or refused. */
const STALE = `select attachment_id as id from public_photo where used_at is null and created_at < now() - interval '1 day 15 minutes' order by created_at limit $1`;

const REMOVE = `
  with stale as (delete from public_photo where attachment_id = any($1::uuid[]) and used_at is null returning attachment_id)
  delete from attachment where id in (select attachment_id from stale) returning id`;

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
