/** Throws while the platform runs. */
export function reset(dir: string): Promise<void>;
