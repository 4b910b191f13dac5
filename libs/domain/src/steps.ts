import { Refusal } from './refusal.js';

/** One step: from which states it may be taken, and where it leads. */
export interface Step<S extends string> {
  from: readonly S[];
  to: S;
}

/** A document's life as a table, read by rules, by tests of reachability and by allowedActions. */
export interface Steps<S extends string, A extends string> {
  readonly initial: S;
  readonly states: readonly S[];
  readonly actions: readonly A[];
  readonly final: readonly S[];
  /** The state after the action; refuses STEP_NOT_ALLOWED (failed_precondition) from any other state. */
  next(action: A, state: S): S;
  /** Whether the action may be taken in the state. */
  can(action: A, state: S): boolean;
  /** States that no path from the initial one reaches; a table is right when there are none. */
  unreachable(): S[];
  /** States that are not final and from which nothing leads on; a table is right when there are none. */
  deadEnds(): S[];
}

/**
 * Declares a document's states and steps. `final` lists the states in which a life ends; a step that leaves one
 * is a mistake in the table and stops the program at load.
 */
export function defineSteps<S extends string, A extends string>(table: {
  initial: S;
  steps: Record<A, Step<S>>;
  final?: readonly S[];
}): Steps<S, A> {
  const { initial, steps, final = [] } = table;
  const actions = Object.keys(steps) as A[];
  const states = [...new Set<S>([initial, ...actions.flatMap((action) => [...steps[action].from, steps[action].to]), ...final])];
  for (const action of actions) {
    const left = steps[action].from.find((state) => final.includes(state));
    if (left) throw new Error(`Step ${action} leaves the final state ${left}`);
  }
  const can = (action: A, state: S): boolean => steps[action].from.includes(state);
  return {
    initial,
    states,
    actions,
    final,
    can,
    next(action, state) {
      if (can(action, state)) return steps[action].to;
      throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `${action} is not possible in state ${state}`, { action, state });
    },
    unreachable: () => states.filter((state) => !reachable(initial, actions.map((action) => steps[action])).has(state)),
    deadEnds: () => states.filter((state) => !final.includes(state) && !actions.some((action) => can(action, state))),
  };
}

function reachable<S extends string>(initial: S, steps: Step<S>[]): Set<S> {
  const seen = new Set<S>([initial]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const step of steps) {
      if (!seen.has(step.to) && step.from.some((state) => seen.has(state))) {
        seen.add(step.to);
        grew = true;
      }
    }
  }
  return seen;
}
