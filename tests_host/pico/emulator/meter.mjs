// Counters that a script on the board reads with machine.mem32[] and that cost nothing but the read. They lie where no
// device of the RP2040 does, and low enough for addresses and values to be small integers: reading allocates nothing.
import { BasePeripheral } from 'rp2040js';

export const METER_BASE = 0x30000000;
const SMALL = 0x40000000; // values wrap at 30 bits

export class Meter extends BasePeripheral {
  constructor(board) {
    super(board.mcu, 'METER');
    this.registers = [
      () => board.cycles, // 0x00: cycles in which the core worked; waiting (WFE, WFI) is not counted
      () => board.instructions, // 0x04
      () => board.cache.misses, // 0x08: flash cache
      () => Math.floor(board.clock.nanos / 1000), // 0x0c: simulated microseconds
      () => board.uart.counters.overruns, // 0x10
      () => board.uart.counters.interrupts, // 0x14
      () => board.uart.counters.received, // 0x18
      () => board.uart.counters.sent, // 0x1c
      () => board.wire.queued, // 0x20: bytes that the other end still has to send
    ];
  }

  readUint32(offset) {
    const register = this.registers[offset >> 2];
    return register ? Math.trunc(register() % SMALL) : 0;
  }

  writeUint32() {} // nothing to set
}
