// Cycles and calls of the firmware's C functions, from the symbol list (arm-none-eabi-nm) that lies beside the image.
import fs from 'node:fs';

const FLASH_BASE = 0x10000000;
const RAM_BASE = 0x20000000;

export class Profile {
  constructor(symbolFile) {
    this.symbols = readSymbols(symbolFile);
    this.flash = { cycles: new Float64Array(1 << 20), visits: new Uint32Array(1 << 20), base: FLASH_BASE };
    this.ram = { cycles: new Float64Array(1 << 18), visits: new Uint32Array(1 << 18), base: RAM_BASE };
    this.rom = 0;
  }

  add(pc, cycles) {
    const region = pc >>> 24;
    if (region === 0) {
      this.rom += cycles;
      return;
    }
    const area = region === 0x10 ? this.flash : this.ram;
    const index = (pc - area.base) >>> 1;
    area.cycles[index] += cycles;
    area.visits[index]++;
  }

  /** [name, cycles, calls] by cycles, the largest first. */
  result() {
    const totals = new Map([['(boot ROM)', [this.rom, 0]]]);
    for (const area of [this.flash, this.ram]) {
      area.cycles.forEach((cycles, index) => {
        if (cycles === 0) return;
        const address = area.base + 2 * index;
        const symbol = this.symbolAt(address);
        const total = totals.get(symbol.name) || [0, 0];
        total[0] += cycles;
        if (symbol.address === address) total[1] += area.visits[index];
        totals.set(symbol.name, total);
      });
    }
    return [...totals].map(([name, [cycles, calls]]) => [name, Math.round(cycles), calls]).sort((a, b) => b[1] - a[1]);
  }

  symbolAt(address) {
    let low = 0;
    let high = this.symbols.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.symbols[middle].address <= address) low = middle;
      else high = middle - 1;
    }
    return this.symbols[low];
  }
}

function readSymbols(file) {
  const found = [];
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const [, address, , name] = line.match(/^([0-9a-f]{8}) ([tTwW]) (\S+)$/) || [];
    if (name && !name.startsWith('$')) found.push({ address: parseInt(address, 16) & ~1, name });
  }
  return found.sort((a, b) => a.address - b.address);
}
