/** Owns how often a server that crashes is started again. */

const MOST = 4;
const WITHIN = 3 * 60 * 1000;

/** The crashes of the last three minutes. */
export class Crashes {
  private times: number[] = [];

  /** Notes a crash at a time in milliseconds, and says whether the server may be started again. */
  mayRestart(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WITHIN), now];
    return this.times.length <= MOST;
  }
}
