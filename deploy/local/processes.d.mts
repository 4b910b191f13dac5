import type { ChildProcess, SpawnOptions } from 'node:child_process';

export function isAlive(pid: number | null): boolean;
export function commandOf(pid: number): string;
export function stopProcess(pid: number, options?: { signal?: NodeJS.Signals; graceMs?: number }): Promise<void>;
export function sendSignal(pid: number, signal: NodeJS.Signals): void;
export function freePort(): Promise<number>;
export function portFrom(wanted: number): Promise<number>;
export function answers(port: number): Promise<boolean>;
export function spawnLogged(command: string, args: string[], options: SpawnOptions & { logFile: string }): ChildProcess;
export function run(command: string, args: string[], options?: SpawnOptions): Promise<{ code: number; output: string }>;
export function tailOf(file: string, lines?: number): string;
export function writeWhole(
  file: string,
  content: string,
  options?: { mode?: number; owner?: { uid: number; gid: number } },
): void;
export function retry<T>(work: () => Promise<T>, options: { withinMs: number; everyMs?: number }): Promise<T>;
