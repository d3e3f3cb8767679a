// The RP2040's UART (an ARM PL011) in true time: bytes take their time on the line both ways, both FIFOs are 32 deep with
// trigger levels, what comes in while the FIFO is full is lost and counted, silence raises the receive time-out interrupt,
// RTS and CTS work, and a DMA channel can be paced by it. rp2040js's own UART does none of that. After the PL011's
// technical reference manual (ARM DDI 0183) and the RP2040 datasheet, chapter 4.2.
// Not modelled: break, parity checks (a parity bit takes its time only), IrDA, which pins the UART is on.
import { BasePeripheral } from 'rp2040js';

const REGISTER = {
  DR: 0x00, RSR: 0x04, FR: 0x18, IBRD: 0x24, FBRD: 0x28, LCR_H: 0x2c, CR: 0x30, IFLS: 0x34, IMSC: 0x38, RIS: 0x3c, MIS: 0x40,
  ICR: 0x44, DMACR: 0x48,
};
const IDENTITY = { 0xfe0: 0x11, 0xfe4: 0x10, 0xfe8: 0x34, 0xfec: 0x00, 0xff0: 0x0d, 0xff4: 0xf0, 0xff8: 0x05, 0xffc: 0xb1 };
const FLAG = { CTS: 1 << 0, BUSY: 1 << 3, RX_EMPTY: 1 << 4, TX_FULL: 1 << 5, RX_FULL: 1 << 6, TX_EMPTY: 1 << 7 };
const INTERRUPT = { RX: 1 << 4, TX: 1 << 5, RX_TIMEOUT: 1 << 6, FRAMING: 1 << 7, OVERRUN: 1 << 10 };
const DATA = { FRAMING: 1 << 8, OVERRUN: 1 << 11 }; // error bits that come along with a received byte
const CONTROL = { ENABLE: 1 << 0, TX: 1 << 8, RX: 1 << 9, AUTO_RTS: 1 << 14, AUTO_CTS: 1 << 15 };
const LINE = { PARITY: 1 << 1, TWO_STOP_BITS: 1 << 3, FIFO: 1 << 4, LENGTH_SHIFT: 5 };
const DMA = { RX: 1 << 0, TX: 1 << 1 };
const STATUS = { OVERRUN: 1 << 3 };
const FIFO_DEPTH = 32;
const LEVELS = [4, 8, 16, 24, 28];
const TIMEOUT_BITS = 32;
const RESET_BAUD = 115200; // before firmware sets a rate, so that nothing divides by zero

export class Uart extends BasePeripheral {
  constructor(mcu, name, irq, dreq) {
    super(mcu, name);
    this.irq = irq;
    this.dreq = dreq;
    this.clock = mcu.clock;
    this.control = CONTROL.TX | CONTROL.RX;
    this.line = 0;
    this.divisor = 0; // in 64ths
    this.levels = 0x12;
    this.mask = 0;
    this.raised = 0;
    this.dma = 0;
    this.status = 0;
    this.rx = [];
    this.tx = [];
    this.shifting = -1; // the byte in the transmitter, -1: none
    this.overrunPending = false;
    this.interrupting = false;
    this.wire = null; // what hangs on the pins: see wire.mjs
    this.counters = { sent: 0, received: 0, overruns: 0, framingErrors: 0, interrupts: 0, rxFifoPeak: 0, txFifoPeak: 0 };
    this.sentAlarm = this.clock.createAlarm(() => this.byteSent());
    this.silenceAlarm = this.clock.createAlarm(() => this.raise(INTERRUPT.RX_TIMEOUT));
  }

  clkPeriChanged() {} // the rate is worked out whenever it is needed

  get baud() {
    return this.divisor ? (this.rp2040.clkPeri * 4) / this.divisor : RESET_BAUD;
  }

  get bitsPerByte() {
    const { line } = this;
    return 1 + 5 + ((line >> LINE.LENGTH_SHIFT) & 3) + (line & LINE.PARITY ? 1 : 0) + (line & LINE.TWO_STOP_BITS ? 2 : 1);
  }

  get depth() {
    return this.line & LINE.FIFO ? FIFO_DEPTH : 1;
  }

  get rxLevel() {
    return this.line & LINE.FIFO ? LEVELS[(this.levels >> 3) & 7] : 1;
  }

  get txLevel() {
    return this.line & LINE.FIFO ? LEVELS[this.levels & 7] : 0;
  }

  /** Whether our RTS line lets the other end send. Without flow control the firmware leaves the pin alone, and its pull-down
   *  says yes; RTS set by software is not modelled. */
  get requestToSend() {
    return !(this.control & CONTROL.AUTO_RTS) || this.rx.length < this.rxLevel;
  }

  // ---- sending

  startSending() {
    const ready = CONTROL.ENABLE | CONTROL.TX;
    if (this.shifting >= 0 || this.tx.length === 0 || (this.control & ready) !== ready) return;
    if (this.control & CONTROL.AUTO_CTS && this.wire && !this.wire.clearToSend) return;
    this.shifting = this.tx.shift();
    if (this.tx.length === this.txLevel) this.raised |= INTERRUPT.TX; // the FIFO passes its trigger level on its way down
    this.sentAlarm.schedule((this.bitsPerByte * 1e9) / this.baud);
    this.update();
  }

  byteSent() {
    const byte = this.shifting;
    this.shifting = -1;
    this.counters.sent++;
    if (this.wire) this.wire.fromMcu(byte);
    this.startSending();
    if (this.shifting < 0 && this.wire) this.wire.mcuIdle();
  }

  // ---- receiving

  /** A byte's stop bit has ended on our RX pin. */
  receive(byte, framingError) {
    const ready = CONTROL.ENABLE | CONTROL.RX;
    if ((this.control & ready) !== ready) return;
    const { counters, rx } = this;
    if (framingError) {
      counters.framingErrors++;
      this.raised |= INTERRUPT.FRAMING;
    }
    if (rx.length >= this.depth) {
      counters.overruns++;
      this.overrunPending = true;
      this.status |= STATUS.OVERRUN;
      this.raise(INTERRUPT.OVERRUN);
      return;
    }
    rx.push(byte | (framingError ? DATA.FRAMING : 0) | (this.overrunPending ? DATA.OVERRUN : 0));
    this.overrunPending = false;
    counters.received++;
    if (rx.length > counters.rxFifoPeak) counters.rxFifoPeak = rx.length;
    this.silenceAlarm.schedule((TIMEOUT_BITS * 1e9) / this.baud);
    this.raise(rx.length >= this.rxLevel ? INTERRUPT.RX : 0);
  }

  takeByte() {
    const couldNotSend = !this.requestToSend;
    const value = this.rx.length ? this.rx.shift() : 0;
    if (this.rx.length < this.rxLevel) this.raised &= ~INTERRUPT.RX;
    if (this.rx.length === 0) {
      this.raised &= ~INTERRUPT.RX_TIMEOUT;
      this.silenceAlarm.cancel();
    }
    this.update();
    if (couldNotSend && this.requestToSend && this.wire) this.wire.rtsOn();
    return value;
  }

  putByte(byte) {
    if (this.tx.length < this.depth) this.tx.push(byte);
    if (this.tx.length > this.counters.txFifoPeak) this.counters.txFifoPeak = this.tx.length;
    if (this.tx.length > this.txLevel) this.raised &= ~INTERRUPT.TX;
    this.startSending();
    this.update();
  }

  // ---- interrupts, DMA requests, registers

  raise(interrupts) {
    this.raised |= interrupts;
    this.update();
  }

  update() {
    const interrupting = (this.raised & this.mask) !== 0;
    if (interrupting && !this.interrupting) this.counters.interrupts++;
    this.interrupting = interrupting;
    this.rp2040.setInterrupt(this.irq, interrupting);
    this.request(this.dreq.rx, this.dma & DMA.RX && this.rx.length > 0);
    this.request(this.dreq.tx, this.dma & DMA.TX && this.control & CONTROL.ENABLE && this.tx.length < this.depth);
  }

  request(channel, on) {
    if (on) this.rp2040.dma.setDREQ(channel);
    else this.rp2040.dma.clearDREQ(channel);
  }

  get flags() {
    const sending = this.tx.length > 0 || this.shifting >= 0;
    return (
      (this.wire === null || this.wire.clearToSend ? FLAG.CTS : 0) |
      (sending ? FLAG.BUSY : 0) |
      (this.rx.length === 0 ? FLAG.RX_EMPTY : 0) |
      (this.rx.length >= this.depth ? FLAG.RX_FULL : 0) |
      (this.tx.length >= this.depth ? FLAG.TX_FULL : 0) |
      (this.tx.length === 0 ? FLAG.TX_EMPTY : 0)
    );
  }

  readUint32(offset) {
    switch (offset) {
      case REGISTER.DR: return this.takeByte();
      case REGISTER.RSR: return this.status;
      case REGISTER.FR: return this.flags;
      case REGISTER.IBRD: return this.divisor >> 6;
      case REGISTER.FBRD: return this.divisor & 0x3f;
      case REGISTER.LCR_H: return this.line;
      case REGISTER.CR: return this.control;
      case REGISTER.IFLS: return this.levels;
      case REGISTER.IMSC: return this.mask;
      case REGISTER.RIS: return this.raised;
      case REGISTER.MIS: return this.raised & this.mask;
      case REGISTER.ICR: return 0;
      case REGISTER.DMACR: return this.dma;
    }
    return offset in IDENTITY ? IDENTITY[offset] : super.readUint32(offset);
  }

  writeUint32(offset, value) {
    switch (offset) {
      case REGISTER.DR: this.putByte(value & 0xff); return;
      case REGISTER.RSR: this.status = 0; return;
      case REGISTER.IBRD: this.divisor = ((value & 0xffff) << 6) | (this.divisor & 0x3f); return;
      case REGISTER.FBRD: this.divisor = (this.divisor & ~0x3f) | (value & 0x3f); return;
      case REGISTER.LCR_H: this.line = value & 0xff; return;
      case REGISTER.CR: this.setControl(value & 0xffff); return;
      case REGISTER.IFLS: this.levels = value & 0x3f; return;
      case REGISTER.IMSC: this.mask = value & 0x7ff; break;
      case REGISTER.ICR: this.raised &= ~this.rawWriteValue; break;
      case REGISTER.DMACR: this.dma = value & 7; break;
      default: super.writeUint32(offset, value); return;
    }
    this.update();
  }

  setControl(value) {
    const couldNotSend = !this.requestToSend;
    this.control = value;
    this.startSending();
    this.update();
    if (couldNotSend && this.requestToSend && this.wire) this.wire.rtsOn();
  }

  /** The other end's RTS, our CTS, has changed. */
  clearToSendChanged() {
    this.startSending();
  }
}
