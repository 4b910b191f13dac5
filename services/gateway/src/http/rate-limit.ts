import { ServiceError } from '@aftercare/messaging';

const WINDOW_MS = 60_000;
const KEYS_MAX = 100_000;

interface Window {
  startedAtMs: number;
  count: number;
}

/** Counts requests per key and minute in this process. Errors: resource_exhausted RATE_LIMITED with details.retryAfterSeconds. */
export class RateLimit {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly perMinute: number) {}

  count(key: string, nowMs = Date.now()): void {
    const window = this.windows.get(key);
    if (!window || nowMs - window.startedAtMs >= WINDOW_MS) {
      this.start(key, nowMs);
      return;
    }
    window.count += 1;
    if (window.count <= this.perMinute) return;
    const retryAfterSeconds = Math.ceil((window.startedAtMs + WINDOW_MS - nowMs) / 1_000);
    throw new ServiceError('resource_exhausted', 'RATE_LIMITED', 'Too many requests in a minute.', { retryAfterSeconds });
  }

  private start(key: string, nowMs: number): void {
    if (this.windows.size >= KEYS_MAX) {
      for (const [old, { startedAtMs }] of this.windows) if (nowMs - startedAtMs >= WINDOW_MS) this.windows.delete(old);
      if (this.windows.size >= KEYS_MAX) this.windows.clear();
    }
    this.windows.set(key, { startedAtMs: nowMs, count: 1 });
  }
}
