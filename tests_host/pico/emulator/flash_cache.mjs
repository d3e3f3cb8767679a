// What reading flash costs. The RP2040 runs code straight out of a serial flash through a cache of 16 kB: two ways, lines
// of 8 bytes. How it replaces lines is not documented (least recently used is assumed here) and a miss depends on the
// flash chip's mode, so the cost of a miss is a parameter; 0 gives the lower bound.
const SETS = 1024;

/** Returns { touch(address), flush(), misses }; touch() adds a miss's cycles to stall.cycles. */
export function flashCache(stall, missCycles) {
  const recent = new Int32Array(SETS).fill(-1);
  const older = new Int32Array(SETS).fill(-1);
  let last = -1;
  const cache = {
    misses: 0,
    touch(address) {
      const line = address >>> 3;
      if (line === last) return;
      last = line;
      const set = line & (SETS - 1);
      if (recent[set] === line) return;
      if (older[set] !== line) {
        cache.misses++;
        stall.cycles += missCycles;
      }
      older[set] = recent[set];
      recent[set] = line;
    },
    flush() {
      recent.fill(-1);
      older.fill(-1);
      last = -1;
    },
  };
  if (missCycles === 0) cache.touch = () => {};
  return cache;
}
