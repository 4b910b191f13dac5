import { ProblemError, type Ref } from '../http/api.js';

/** What many requests at once were answered: how often done, and how often each refusal. */
export interface Answers {
  done: number;
  /** By reason; what is the server's fault stands as 'HTTP 5xx …'. */
  refused: Record<string, number>;
}

/** An answer's reason, or null when it was done. Anything that is no answer at all is an error of the campaign. */
export async function reasonOf(sent: Promise<Ref>): Promise<string | null> {
  try {
    await sent;
    return null;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, reason, code } = error.problem;
    return status >= 500 ? `HTTP ${status} ${reason ?? code}` : (reason ?? code);
  }
}

export function tallyOf(reasons: readonly (string | null)[]): Answers {
  const refused: Record<string, number> = {};
  for (const reason of reasons) if (reason !== null) refused[reason] = (refused[reason] ?? 0) + 1;
  return { done: reasons.filter((reason) => reason === null).length, refused };
}

/** Refusals that must not be there: all but the allowed ones. */
export function unclean({ refused }: Answers, allowed: readonly string[] = []): string[] {
  return Object.entries(refused).filter(([reason]) => !allowed.includes(reason)).map(([reason, times]) => `${times} × ${reason}`);
}

/** Does the work for every item, so many at a time, and keeps their order. */
export async function inParallel<T, R>(items: readonly T[], atOnce: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
