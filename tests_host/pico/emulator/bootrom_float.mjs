// The boot ROM's floating point routines, single (one register a value) and double (two), in the order of the SDK's tables.
// The ROM knows no denormal numbers: they count as zero. Conversions to an integer round down and saturate.
const bits32 = new Uint32Array(2);
const single = new Float32Array(bits32.buffer);
const double = new Float64Array(bits32.buffer);
const INT64 = [-(1n << 63n), (1n << 63n) - 1n];
const UINT64 = [0n, (1n << 64n) - 1n];

const SINGLE = {
  words: 1,
  get(r, i) {
    bits32[0] = r[i];
    return Math.abs(single[0]) < 2 ** -126 ? 0 * single[0] : single[0];
  },
  set(r, x) {
    single[0] = Math.abs(x) < 2 ** -126 ? 0 * x : x;
    r[0] = bits32[0];
  },
};
const DOUBLE = {
  words: 2,
  get(r, i) {
    bits32[0] = r[2 * i];
    bits32[1] = r[2 * i + 1];
    return Math.abs(double[0]) < 2 ** -1022 ? 0 * double[0] : double[0];
  },
  set(r, x) {
    double[0] = x;
    r[0] = bits32[0];
    r[1] = bits32[1];
  },
};

// name, cycles in single, cycles in double. `null`: not in ROM version 2, or never called by the SDK.
const TABLE = [
  ['add', 65, 91], ['sub', 74, 95], ['mul', 56, 155], ['div', 88, 183], [null], [null], ['sqrt', 64, 169],
  ['toInt', 38, 75], ['toFix', 38, 74], ['toUint', 37, 63], ['toUfix', 35, 63],
  ['fromInt', 140, 69], ['fromFix', 140, 68], ['fromUint', 140, 69], ['fromUfix', 140, 68],
  ['cos', 600, 1617], ['sin', 593, 1617], ['tan', 680, 1891], [null], ['exp', 516, 804], ['log', 780, 428],
  ['compare', 26, 39], ['atan2', 690, 2168],
  ['fromInt64', 100, 121], ['fromFix64', 100, 121], ['fromUint64', 102, 120], ['fromUfix64', 102, 120],
  ['toInt64', 50, 75], ['toFix64', 48, 73], ['toUint64', 40, 64], ['toUfix64', 33, 62], ['convert', 15, 43],
];

/** The table's routines for values of `words` registers (1: single, 2: double); each answers with cycles. */
export function floatRoutines(words) {
  const operations = operationsOn(words === 1 ? SINGLE : DOUBLE, words === 1 ? DOUBLE : SINGLE);
  return TABLE.map(([name, ...cycles], i) => {
    if (name === null) return () => { throw new Error(`boot ROM: floating point routine ${i} is not modelled`); };
    const operation = operations[name];
    return (r) => {
      operation(r);
      return cycles[words - 1];
    };
  });
}

function operationsOn(format, other) {
  const get = (r, i = 0) => format.get(r, i);
  const one = (f) => (r) => format.set(r, f(get(r)));
  const two = (f) => (r) => format.set(r, f(get(r), get(r, 1)));
  const scale = (r, register) => 2 ** (r[register] | 0);
  const fromWord = (sign, fixed) => (r) => format.set(r, (sign ? r[0] | 0 : r[0]) / (fixed ? scale(r, 1) : 1));
  const toWord = (low, high, fixed) => (r) => {
    r[0] = saturate(get(r) * (fixed ? scale(r, format.words) : 1), low, high);
  };
  const fromLong = (wrap, fixed) => (r) => format.set(r, Number(wrap(64, long(r))) / (fixed ? scale(r, 2) : 1));
  const toLong = (range, fixed) => (r) => setLong(r, saturateLong(get(r) * (fixed ? scale(r, format.words) : 1), range));
  const [int, uint] = [[-(2 ** 31), 2 ** 31 - 1], [0, 2 ** 32 - 1]];
  return {
    add: two((a, b) => a + b), sub: two((a, b) => a - b), mul: two((a, b) => a * b), div: two((a, b) => a / b),
    sqrt: one(Math.sqrt), cos: one(Math.cos), sin: one(Math.sin), tan: one(Math.tan), exp: one(Math.exp), log: one(Math.log),
    atan2: two(Math.atan2),
    compare: (r) => { const [a, b] = [get(r), get(r, 1)]; r[0] = a < b ? -1 : Number(a > b); },
    convert: (r) => other.set(r, get(r)),
    toInt: toWord(...int, false), toFix: toWord(...int, true), toUint: toWord(...uint, false), toUfix: toWord(...uint, true),
    fromInt: fromWord(true, false), fromFix: fromWord(true, true), fromUint: fromWord(false, false), fromUfix: fromWord(false, true),
    fromInt64: fromLong(BigInt.asIntN, false), fromFix64: fromLong(BigInt.asIntN, true),
    fromUint64: fromLong(BigInt.asUintN, false), fromUfix64: fromLong(BigInt.asUintN, true),
    toInt64: toLong(INT64, false), toFix64: toLong(INT64, true), toUint64: toLong(UINT64, false), toUfix64: toLong(UINT64, true),
  };
}

const saturate = (x, low, high) => (Number.isNaN(x) ? 0 : Math.min(high, Math.max(low, Math.floor(x))));

function saturateLong(x, [low, high]) {
  if (Number.isNaN(x)) return 0n;
  if (x <= Number(low)) return low;
  return x >= Number(high) ? high : BigInt(Math.floor(x));
}

const long = (r) => (BigInt(r[1]) << 32n) | BigInt(r[0]);

function setLong(r, x) {
  const bits = BigInt.asUintN(64, x);
  r[0] = Number(bits & 0xffffffffn);
  r[1] = Number(bits >> 32n);
}
