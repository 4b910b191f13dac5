/** A long calculation that may be left between two of its steps, so that who runs it can attend to others meanwhile. It waits for nothing itself. */
export type Paced<T> = Generator<undefined, T, undefined>;

/** Its result, without leaving it. */
export function atOnce<T>(steps: Paced<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
