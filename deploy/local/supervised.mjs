// One process that is kept alive: started again with back-off when it dies without having been asked to.
import { isAlive, sendSignal, stopProcess } from './processes.mjs';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const SETTLED_MS = 20_000;
const WATCH_MS = 500;
/** With this code a service says that its configuration is wrong (EX_CONFIG); trying again is of no use. */
const WRONG_CONFIGURATION = 78;

/** A process under supervision; its id changes with each restart. */
export class Supervised {
  pid = null;
  restarts = 0;
  /** True when it ended because its configuration is wrong, and is not started again. */
  hopeless = false;
  #stopping = false;
  #pauseMs = FIRST_PAUSE_MS;
  #startedAt = 0;
  #coming = null;
  #timer;
  #options;

  /**
   * @param {{ name: string, launch: () => Promise<{ pid: number | null, child: object | null }>, keepAlive?: boolean,
   *   stopOptions?: { signal?: string, graceMs?: number }, onChange?: () => void, log?: (line: string) => void }} options
   *   launch starts the program, or answers one that runs already (child null).
   */
  constructor(options) {
    this.#options = { keepAlive: true, onChange: () => undefined, log: () => undefined, ...options };
  }

  get name() {
    return this.#options.name;
  }

  async start() {
    this.#stopping = false;
    this.hopeless = false;
    this.#startedAt = Date.now();
    const { pid, child } = await this.#options.launch();
    this.pid = pid;
    this.#options.onChange();
    if (pid === null) return;
    if (child) child.once('exit', (code) => this.#died(pid, code));
    else this.#watch(pid);
    if (child && !isAlive(pid)) this.#died(pid);
  }

  /** Kills it as a power cut would; the supervision starts it again. */
  kill(signal = 'SIGKILL') {
    if (this.pid) sendSignal(this.pid, signal);
  }

  /** Ends it in order and starts it again at once. */
  async restart() {
    await this.stop();
    await this.start();
  }

  /** Ends it for good: asks, waits, kills. */
  async stop() {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#coming?.catch(() => undefined);
    const { pid } = this;
    this.pid = null;
    if (pid) await stopProcess(pid, this.#options.stopOptions);
    this.#options.onChange();
  }

  /** A program that was taken over has no exit event here, so it is looked at. */
  #watch(pid) {
    const timer = setInterval(() => {
      if (this.pid !== pid) return clearInterval(timer);
      if (isAlive(pid)) return undefined;
      clearInterval(timer);
      return this.#died(pid);
    }, WATCH_MS);
    timer.unref();
  }

  #died(pid, code) {
    if (this.#stopping || this.pid !== pid) return;
    this.pid = null;
    this.hopeless = code === WRONG_CONFIGURATION;
    if (!this.#options.keepAlive || this.hopeless) {
      this.#options.onChange();
      return;
    }
    if (Date.now() - this.#startedAt > SETTLED_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#again('ended');
  }

  #again(reason) {
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(pause * 2, LONGEST_PAUSE_MS);
    this.#options.log(`${this.name} ${reason}; starting it again in ${pause} ms`);
    this.#timer = setTimeout(() => {
      this.restarts += 1;
      this.#coming = this.start()
        .catch((error) => {
          if (!this.#stopping) this.#again(`did not start: ${error.message}`);
        })
        .finally(() => { this.#coming = null; });
    }, pause);
  }
}
