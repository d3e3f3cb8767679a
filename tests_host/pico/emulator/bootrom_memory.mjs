// The boot ROM's memory and bit routines: results and cycles.
const RAM_BASE = 0x20000000;

const copyCycles = (to, from, n) => {
  if (n < 8) return 13 + 4 * n;
  if ((to ^ from) & 3) return 9 + 7 * n; // never aligned together: byte by byte
  return 38 + (to & 3 ? 10 : 0) + Math.ceil(0.8125 * n);
};
const fillCycles = (n) => (n < 8 ? 13 + 2 * n : 39 + Math.ceil(n / 2));

/** Routines by their two-letter code; each takes the registers and answers with cycles. */
export function memoryRoutines(core, sram) {
  const inRam = (address, n) => address >= RAM_BASE && address + n <= RAM_BASE + sram.length;

  function copy(r) {
    const [to, from, n] = r;
    if (inRam(to, n) && inRam(from, n)) sram.copyWithin(to - RAM_BASE, from - RAM_BASE, from - RAM_BASE + n);
    else for (let i = 0; i < n; i++) core.writeUint8(to + i, core.readUint8(from + i));
    return copyCycles(to, from, n);
  }

  function fill(r) {
    const [to, value, n] = r;
    if (inRam(to, n)) sram.fill(value, to - RAM_BASE, to - RAM_BASE + n);
    else for (let i = 0; i < n; i++) core.writeUint8(to + i, value & 0xff);
    return fillCycles(n);
  }

  return {
    MC: copy, // memcpy
    C4: copy, // memcpy44
    MS: fill, // memset
    S4: fill, // memset4
    P3: unary(countOnes, 22),
    R3: unary(reverseBits, 24),
    L3: unary(Math.clz32, 12),
    T3: unary((x) => (x ? 31 - Math.clz32(x & -x) : 32), 13),
  };
}

const unary = (f, cycles) => (r) => {
  r[0] = f(r[0]);
  return cycles;
};

function countOnes(x) {
  let n = 0;
  for (; x; x >>>= 1) n += x & 1;
  return n;
}

function reverseBits(x) {
  let y = 0;
  for (let i = 0; i < 32; i++) y = (y << 1) | ((x >>> i) & 1);
  return y;
}
