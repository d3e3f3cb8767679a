// Joins the wire to a peer that lives in simulated time: whenever there is news, time stands still until it has answered.
// To the peer:   {"event":"uart","now":ns,"rx":"hex","queued":n}     rx: what the MCU has sent since the last exchange
// From the peer: {"op":"uart","tx":[[delay_ns,"hex"],...],"wake":ns_from_now|null,"cts":bool?,"baud":n?,"rts":bool?}
// There is news when the MCU has nothing more to send, when it has sent BATCH bytes, when all that the peer had queued has
// gone out, at the peer's wake-up, and once at the very beginning.
const BATCH = 64;

export class LockstepPeer {
  constructor(board, say, answer) {
    this.board = board;
    this.say = say; // (message)
    this.answer = answer; // () => promise of the peer's answer
    this.received = [];
    const { wire } = board;
    this.wake = board.clock.createAlarm(() => board.pause());
    wire.onByte = (byte) => {
      this.received.push(byte);
      if (this.received.length >= BATCH) board.pause();
    };
    wire.onIdle = () => board.pause();
    wire.onDrained = () => board.pause();
  }

  async exchange() {
    const { wire, clock } = this.board;
    this.say({ event: 'uart', now: Math.round(clock.nanos), rx: Buffer.from(this.received).toString('hex'), queued: wire.queued });
    this.received = [];
    const { tx = [], wake = null, cts, baud, rts } = await this.answer();
    if (baud !== undefined) wire.baud = baud;
    if (rts !== undefined) wire.setObeyRts(rts);
    for (const [delay, hex] of tx) wire.send(Buffer.from(hex, 'hex'), delay);
    if (cts !== undefined) wire.setClearToSend(cts);
    if (wake === null) this.wake.cancel();
    else this.wake.schedule(wake);
  }
}
