/** Throws, with nothing changed, when the file is damaged or the platform runs. */
export function restore(options: { dir: string; file: string }): Promise<{ createdAt: string; aside: string[] }>;
