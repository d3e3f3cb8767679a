// The line between the MCU's UART and whatever talks to it, seen from the other end: bytes queued here reach the MCU one
// after the other at the other end's baud rate, and a rate that differs from the MCU's garbles them both ways.
const TOLERANCE = 0.04; // of the rate; beyond it a receiver samples the wrong bits
const TRIM_AT = 4096;

export class Wire {
  constructor(clock, uart, { baud = 0, obeyRts = false } = {}) {
    this.uart = uart;
    this.clock = clock;
    this.baud = baud; // the other end's rate, 0: always the MCU's
    this.obeyRts = obeyRts; // whether the other end stops while the MCU's RTS is off
    this.clearToSend = true; // the other end's RTS
    this.onByte = null; // (byte): the MCU has sent one
    this.onIdle = null; // (): the MCU has nothing more to send
    this.onDrained = null; // (): everything queued for the MCU has been sent
    this.chunks = []; // { bytes, delay }
    this.offset = 0; // into the first chunk
    this.queued = 0;
    this.moving = false;
    this.alarm = clock.createAlarm(() => this.arrived());
    uart.wire = this;
  }

  /** Queue bytes for the MCU, back to back with what is queued already; delay: ns of silence before the first. */
  send(bytes, delay = 0) {
    if (bytes.length === 0) return;
    this.chunks.push({ bytes, delay });
    this.queued += bytes.length;
    if (!this.moving) this.next();
  }

  setClearToSend(on) {
    this.clearToSend = on;
    this.uart.clearToSendChanged();
  }

  setObeyRts(on) {
    this.obeyRts = on;
    if (!this.moving) this.next();
  }

  rtsOn() {
    if (!this.moving) this.next();
  }

  next() {
    this.moving = false;
    if (this.queued === 0 || (this.obeyRts && !this.uart.requestToSend)) return;
    this.moving = true;
    const silence = this.offset === 0 ? this.chunks[0].delay : 0;
    this.alarm.schedule(silence + (this.uart.bitsPerByte * 1e9) / (this.baud || this.uart.baud));
  }

  arrived() {
    const { bytes } = this.chunks[0];
    const byte = bytes[this.offset++];
    if (this.offset === bytes.length) {
      this.chunks.shift();
      this.offset = 0;
    } else if (this.offset === TRIM_AT) {
      this.chunks[0] = { bytes: bytes.subarray(TRIM_AT), delay: 0 };
      this.offset = 0;
    }
    this.queued--;
    if (this.agrees()) this.uart.receive(byte, false);
    else {
      const seen = resample(byte, this.baud, this.uart.baud);
      this.uart.receive(seen & 0xff, seen > 0xff);
    }
    this.next();
    if (this.queued === 0 && this.onDrained) this.onDrained();
  }

  fromMcu(byte) {
    if (this.onByte) this.onByte(this.agrees() ? byte : resample(byte, this.uart.baud, this.baud) & 0xff);
  }

  mcuIdle() {
    if (this.onIdle) this.onIdle();
  }

  agrees() {
    return this.baud === 0 || Math.abs(this.baud / this.uart.baud - 1) < TOLERANCE;
  }
}

/** What a receiver at one rate makes of a byte (8N1, the line idle after it) sent at another; bit 8: no stop bit seen. */
function resample(byte, sentAt, readAt) {
  const frame = (byte << 1) | (~0 << 9); // start bit 0, eight data bits, then stop and idle bits 1
  const sample = (bit) => (frame >> Math.min(31, Math.floor(((bit + 0.5) * sentAt) / readAt))) & 1;
  let seen = 0;
  for (let i = 0; i < 8; i++) seen |= sample(1 + i) << i;
  return seen | (sample(9) ? 0 : 0x100);
}
