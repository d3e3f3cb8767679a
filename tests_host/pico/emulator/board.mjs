// A Raspberry Pi Pico: rp2040js's processor with our memory, boot ROM, flash, UARTs, counters and USB console.
import fs from 'node:fs';
import { RP2040 } from 'rp2040js';
import { BootRom } from './bootrom.mjs';
import { flashCache } from './flash_cache.mjs';
import { attachMemory } from './memory.mjs';
import { METER_BASE, Meter } from './meter.mjs';
import { leaveOutSecondCore } from './second_core.mjs';
import { Uart } from './uart.mjs';
import { UsbConsole } from './usb_console.mjs';
import { Wire } from './wire.mjs';

const FLASH_BASE = 0x10000000;
const FLASH_SIZE = 2 << 20;
const ROM_SIZE = 0x4000;
const SECTOR = { bytes: 4096, seconds: 45e-3 }; // erasing; typical figures of the W25Q16JV's data sheet
const PAGE = { bytes: 256, seconds: 0.4e-3 }; // programming
const ENTRY_CYCLES = 15; // of an exception, as the Cortex-M0+ manual has it
const RETURN_CYCLES = 10; // with the three that the returning instruction counts already
const UART_REGISTERS = 0x40034;

export class Board {
  /** flash: an image of the whole flash as saved by an earlier run, else the firmware alone. cacheMiss: cycles. */
  constructor({ firmware, flash, uart = 1, cacheMiss = 60, wire = {} }) {
    const mcu = (this.mcu = new RP2040());
    this.clock = mcu.clock;
    this.cycles = 0; // rp2040js's own count adds 16 for a division by the hardware, for which the firmware waits anyway
    this.instructions = 0;
    this.crash = null;
    this.pausing = false;
    this.busyUntil = 0; // ns; the core is still at an instruction, or a routine of the boot ROM, that ends then
    this.profile = null;
    this.stall = { cycles: 0 };
    this.cache = flashCache(this.stall, cacheMiss);
    this.installRom();
    this.installFlash(firmware, flash);
    attachMemory(mcu, this.cache);
    this.installExceptionCosts();
    leaveOutSecondCore(mcu);
    this.installUarts();
    this.uart = mcu.uart[uart];
    this.wire = new Wire(this.clock, this.uart, wire);
    mcu.peripherals[(METER_BASE >>> 14) << 2] = new Meter(this);
    this.onConsole = () => {};
    this.console = new UsbConsole(mcu, (bytes) => this.onConsole(bytes));
    for (const pin of mcu.qspi) Object.defineProperty(pin, 'inputValue', { value: true }); // BOOTSEL is not pressed
    mcu.logger = { debug() {}, info() {}, warn() {}, error: (part, text) => console.error(`${part}: ${text}`) };
    mcu.onBreak = (code) => this.fail(`break ${code} at ${mcu.core.PC.toString(16)}`);
    mcu.core.PC = FLASH_BASE;
  }

  installRom() {
    const { core, sram } = this.mcu;
    const rom = new BootRom(core, sram, {
      flush: () => { this.cache.flush(); return 20; },
      erase: (offset, length) => this.eraseFlash(offset, length),
      program: (offset, source, length) => this.programFlash(offset, source, length),
    });
    this.mcu.loadBootrom(new Uint32Array(rom.image.buffer)); // this resets the processor and clears its flash
    this.routines = rom.routines;
  }

  installFlash(firmware, flash) {
    this.mcu.flash.set(fs.readFileSync(firmware));
    if (flash && fs.existsSync(flash)) this.mcu.flash.set(fs.readFileSync(flash));
  }

  saveFlash(file) {
    fs.writeFileSync(file, this.mcu.flash.subarray(0, FLASH_SIZE));
  }

  eraseFlash(offset, length) {
    this.mcu.flash.fill(0xff, offset, offset + length);
    this.cache.flush();
    return Math.ceil(length / SECTOR.bytes) * SECTOR.seconds * this.mcu.clkSys;
  }

  programFlash(offset, source, length) {
    const { flash, core } = this.mcu;
    for (let i = 0; i < length; i++) flash[offset + i] &= core.readUint8(source + i); // bits only ever go to 0
    this.cache.flush();
    return Math.ceil(length / PAGE.bytes) * PAGE.seconds * this.mcu.clkSys;
  }

  installExceptionCosts() {
    const { core } = this.mcu;
    const enter = core.exceptionEntry.bind(core);
    const leave = core.exceptionReturn.bind(core);
    core.exceptionEntry = (number) => {
      this.stall.cycles += ENTRY_CYCLES;
      enter(number);
    };
    core.exceptionReturn = (value) => {
      this.stall.cycles += RETURN_CYCLES;
      leave(value);
    };
  }

  installUarts() {
    const { mcu } = this;
    mcu.uart.forEach((stock, i) => {
      mcu.uart[i] = new Uart(mcu, `UART${i}`, stock.irq, stock.dreq);
      mcu.peripherals[UART_REGISTERS + 4 * i] = mcu.uart[i];
    });
  }

  fail(reason) {
    this.crash = reason;
    this.pausing = true;
  }

  /** Make run() return after the present instruction; for use from within alarms. */
  pause() {
    this.pausing = true;
  }

  /** Runs until simulated time `until` (ns), or until something paused it. */
  run(until) {
    const { mcu, clock, stall, routines, profile } = this;
    const { core } = mcu;
    const { registers } = core;
    let nsPerCycle = 1e9 / mcu.clkSys;
    let frequency = mcu.clkSys;
    this.pausing = this.crash !== null;
    this.catchUp();
    while (!this.pausing && clock.nanosCounter < until) {
      if (core.waiting) {
        this.skipIdleTime(until);
        continue;
      }
      const pc = registers[15];
      let cycles;
      if (pc < ROM_SIZE && routines[pc & ~1] !== undefined) {
        cycles = Math.ceil(routines[pc & ~1](registers));
        registers[15] = registers[14] & ~1;
      } else {
        cycles = core.executeInstruction();
        this.instructions++;
      }
      if (stall.cycles !== 0) {
        cycles += stall.cycles;
        stall.cycles = 0;
      }
      this.cycles += cycles;
      if (profile !== null) profile.add(pc, cycles);
      if (frequency !== mcu.clkSys) {
        frequency = mcu.clkSys;
        nsPerCycle = 1e9 / frequency;
      }
      const now = clock.nanosCounter + cycles * nsPerCycle;
      if (clock.nextAlarm === null || clock.nextAlarm.nanos > now) clock.nanosCounter = now;
      else {
        this.busyUntil = now;
        this.catchUp();
      }
    }
  }

  /** Time goes on to the end of what the core has just done, alarm by alarm; one that pauses leaves the rest for later. */
  catchUp() {
    const { clock } = this;
    while (!this.pausing && clock.nanosCounter < this.busyUntil) {
      const next = clock.nextAlarm === null ? this.busyUntil : Math.min(clock.nextAlarm.nanos, this.busyUntil);
      clock.tick(Math.max(next - clock.nanosCounter, 0)); // an alarm may have been set for the past
    }
  }

  /** The core waits for an event: go on to the next alarm, or to `until` when that comes first. */
  skipIdleTime(until) {
    const { clock } = this;
    const next = clock.nextAlarm === null ? until : Math.min(clock.nextAlarm.nanos, until);
    clock.tick(Math.max(next - clock.nanosCounter, 0));
  }
}
