// Drives a board in slices of simulated time, so that node's event loop gets its turn in between.
const SLICE = 2e6; // ns
const SLICE_WITH_SOCKET = 0.2e6; // what a byte may wait for a turn of the event loop
const YIELD_EVERY = 8; // slices
const AHEAD = 1e6; // ns that simulated time may be ahead of the wall clock before it waits

export class Runner {
  /**
   * realTime: simulated time never passes faster than the wall clock, for peers that live by the latter.
   * exchange(): for a lockstep peer, awaited whenever the board has paused itself.
   */
  constructor(board, { realTime = false, exchange = null, afterSlice = null } = {}) {
    this.board = board;
    this.slice = realTime ? SLICE_WITH_SOCKET : SLICE;
    this.realTime = realTime;
    this.exchange = exchange;
    this.afterSlice = afterSlice;
    this.origin = 0; // wall time at simulated time 0
    this.slices = 0;
  }

  /** Run until test() gives something, and return that. limit: ns of simulated time. */
  async until(test, limit) {
    const end = this.board.clock.nanos + limit;
    this.origin = wallNow() - this.board.clock.nanos; // simulated time stood still since the last call
    for (;;) {
      const found = test();
      if (found !== undefined) return found;
      if (this.board.crash) throw new Error(this.board.crash);
      if (this.board.clock.nanos >= end) throw new Error(`no end after ${(limit / 1e9).toFixed(1)} simulated seconds`);
      await this.step();
    }
  }

  /** Do this without waiting for the wall clock: copying files is no business of the peer's. */
  async atFullSpeed(work) {
    const { realTime } = this;
    this.realTime = false;
    try {
      return await work();
    } finally {
      this.realTime = realTime;
    }
  }

  async step() {
    const { board } = this;
    board.run(board.clock.nanos + this.slice);
    if (board.pausing && this.exchange) await this.exchange();
    if (this.afterSlice) this.afterSlice();
    if (this.realTime) await this.waitForWallClock();
    else if (++this.slices % YIELD_EVERY === 0) await nextTurn();
  }

  async waitForWallClock() {
    const ahead = this.board.clock.nanos + this.origin - wallNow();
    if (ahead < 0) this.origin -= ahead; // time lost is not made up for: that would be faster than the wall clock
    if (ahead > AHEAD) await sleep(ahead / 1e6);
    else await nextTurn();
  }
}

const wallNow = () => Number(process.hrtime.bigint());
const nextTurn = () => new Promise((done) => setImmediate(done));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
