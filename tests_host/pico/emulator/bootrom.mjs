// A stand-in for the boot ROM of the RP2040, which rp2040js does not carry: the tables in which firmware looks routines
// up, and the routines themselves in JavaScript. Layout and contents follow the RP2040 datasheet, chapter 2.8 (the boot
// ROM's contents), for ROM version 2. A routine is entered by a branch to its address; the board then calls it here with
// the registers, and it answers with the cycles it took. The costs were fitted to runs of the real ROM.
import { floatRoutines } from './bootrom_float.mjs';
import { memoryRoutines } from './bootrom_memory.mjs';

const SIZE = 0x4000;
const FUNCTION_TABLE = 0x20;
const ROUTINES = 0x400;
const FLOAT_TABLE = 0x200;
const DOUBLE_TABLE = 0x300;
const THUMB = 1;
const LOOKUP_CYCLES = 20;

const twoLetters = (name) => name.charCodeAt(0) | (name.charCodeAt(1) << 8);

export class BootRom {
  /** flash: { erase(offset, length), program(offset, source, length), flush() }, each answering with cycles. */
  constructor(core, sram, flash) {
    this.image = new Uint8Array(SIZE).fill(0xbe); // a breakpoint at every address: nothing runs by accident
    this.view = new DataView(this.image.buffer);
    this.routines = new Array(SIZE); // address -> (registers) => cycles
    this.nextRoutine = ROUTINES;
    this.header();
    const functions = { ...memoryRoutines(core, sram), ...flashRoutines(flash) };
    const end = this.nameTable(FUNCTION_TABLE, mapValues(functions, (routine) => this.routine(routine)));
    this.addressTable(FLOAT_TABLE, floatRoutines(1));
    this.addressTable(DOUBLE_TABLE, floatRoutines(2));
    const data = (end + 3) & ~3;
    this.nameTable(data, { SF: FLOAT_TABLE, SD: DOUBLE_TABLE });
    this.view.setUint16(0x14, FUNCTION_TABLE, true);
    this.view.setUint16(0x16, data, true);
    this.view.setUint16(0x18, this.routine((r) => this.lookUp(r)), true);
  }

  header() {
    this.view.setUint32(0, 0x20041f00, true); // stack
    this.view.setUint32(4, ROUTINES | THUMB, true);
    this.image.set([0x4d, 0x75, 1, 2], 0x10); // "Mu", 1, ROM version 2
  }

  routine(run) {
    const address = this.nextRoutine;
    this.nextRoutine += 4;
    this.routines[address] = run;
    return address | THUMB;
  }

  /** Pairs of a two-letter code and an address, ended by a zero. Returns the first free address. */
  nameTable(at, entries) {
    for (const [name, address] of Object.entries(entries)) {
      this.view.setUint16(at, twoLetters(name), true);
      this.view.setUint16(at + 2, address, true);
      at += 4;
    }
    this.view.setUint16(at, 0, true);
    if (at >= FLOAT_TABLE) throw new Error('the boot ROM tables overlap');
    return at + 2;
  }

  /** Addresses of 32 bits; the byte two before the table tells how many there are. */
  addressTable(at, routines) {
    this.image[at - 2] = routines.length;
    routines.forEach((run, i) => this.view.setUint32(at + 4 * i, this.routine(run), true));
  }

  /** rom_table_lookup(table, code): the address found, or 0. */
  lookUp(r) {
    for (let at = r[0]; this.view.getUint16(at, true) !== 0; at += 4) {
      if (this.view.getUint16(at, true) === (r[1] & 0xffff)) {
        r[0] = this.view.getUint16(at + 2, true);
        return LOOKUP_CYCLES;
      }
    }
    r[0] = 0;
    return LOOKUP_CYCLES;
  }
}

function flashRoutines(flash) {
  const nothing = () => 20;
  return {
    IF: nothing, // connect_internal_flash
    EX: nothing, // flash_exit_xip
    CX: nothing, // flash_enter_cmd_xip
    FC: () => flash.flush(),
    RE: (r) => flash.erase(r[0], r[1]),
    RP: (r) => flash.program(r[0], r[1], r[2]),
  };
}

const mapValues = (object, f) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value)]));
