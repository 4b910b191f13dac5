import { readFileSync } from 'node:fs';

const KB_PER_MB = 1_024;

/** Resident memory of a process in MB, as the kernel counts it; 0 when it is gone. */
export function residentMb(pid: number | null): number {
  if (pid === null) return 0;
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kb ?? 0) / KB_PER_MB);
  } catch {
    return 0;
  }
}
