// The emulated Pico as a program: node main.mjs '{"firmware":"firmware.bin", ...}', then one JSON object a line.
// In:   {"op":"put","path":"/a.py","data":"base64","limit":s}      {"op":"run","source":"...","limit":s,"profile":bool}
//       {"op":"uart",...} answers of a lockstep peer (peer_lockstep.mjs)
//       {"op":"console"} the plain REPL in real time, for ever, with {"op":"type","data":"base64"} for its input
//       {"op":"flash","path":"file"} saves the flash
// Out:  {"event":"ready"|"done"|"failed"|"output"|"console"|"uart", ...}; "done" and "failed" answer an op.
// limit: simulated seconds. The end of its input ends the program.
import readline from 'node:readline';
import { Board } from './board.mjs';
import { LockstepPeer } from './peer_lockstep.mjs';
import { joinSocket } from './peer_socket.mjs';
import { Profile } from './profile.mjs';
import { RawRepl } from './raw_repl.mjs';
import { Runner } from './runner.mjs';

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');
const text = (bytes) => Buffer.from(bytes).toString('base64');

class Input {
  constructor() {
    this.lines = [];
    this.wanted = null;
    this.onType = null; // (Buffer)
    const lines = readline.createInterface({ input: process.stdin });
    lines.on('line', (line) => this.arrived(JSON.parse(line)));
    lines.on('close', () => process.exit(0));
  }

  arrived(message) {
    if (message.op === 'type') this.onType?.(Buffer.from(message.data, 'base64'));
    else if (this.wanted) {
      const { wanted } = this;
      this.wanted = null;
      wanted(message);
    } else this.lines.push(message);
  }

  next() {
    if (this.lines.length) return Promise.resolve(this.lines.shift());
    return new Promise((resolve) => { this.wanted = resolve; });
  }
}

function counters(board) {
  return {
    cycles: board.cycles, instructions: board.instructions, nanoseconds: Math.round(board.clock.nanos),
    cache_misses: board.cache.misses, ...board.uart.counters,
  };
}

async function makeRunner(board, options, input) {
  if (options.peer === 'lockstep') {
    const peer = new LockstepPeer(board, say, () => input.next());
    await peer.exchange();
    return new Runner(board, { exchange: () => peer.exchange() });
  }
  if (options.peer === 'tcp') {
    const { afterSlice } = await joinSocket(board.wire, options.host, options.port);
    return new Runner(board, { realTime: true, afterSlice });
  }
  return new Runner(board, { realTime: options.realTime });
}

async function run(board, repl, { source, limit, profile }, firmware) {
  if (profile) board.profile = new Profile(firmware.replace(/\.bin$/, '.nm'));
  const result = await repl.run(source, limit * 1e9);
  if (profile) result.profile = board.profile.result();
  board.profile = null;
  return result;
}

/** The plain REPL for ever. */
async function interact(board, runner, input) {
  board.onConsole = (bytes) => say({ event: 'console', data: text(bytes) });
  input.onType = (bytes) => board.console.type(bytes);
  await runner.until(() => undefined, Infinity);
}

async function perform(message, { board, repl, runner, input, options }) {
  switch (message.op) {
    case 'put':
      await runner.atFullSpeed(() => repl.put(message.path, Buffer.from(message.data, 'base64'), message.limit * 1e9));
      return {};
    case 'run': return run(board, repl, message, options.firmware);
    case 'flash': board.saveFlash(message.path); return {};
    case 'console': await interact(board, runner, input); return {};
    default: throw new Error(`unknown op ${message.op}`);
  }
}

async function main() {
  const options = JSON.parse(process.argv[2]);
  const input = new Input();
  const board = new Board(options);
  const runner = await makeRunner(board, options, input);
  const repl = new RawRepl(board, runner);
  repl.onOutput = (piece) => say({ event: 'output', data: text(piece) });
  if (!options.plain) await runner.atFullSpeed(() => repl.enter());
  say({ event: 'ready', counters: counters(board) });
  for (;;) {
    const message = await input.next();
    const result = await perform(message, { board, repl, runner, input, options });
    say({ event: 'done', ...result, counters: counters(board) });
  }
}

process.stdout.on('error', () => process.exit(1));
main().catch((e) => {
  say({ event: 'failed', reason: e.message });
  process.exit(1);
});
