// MicroPython's raw REPL over the USB console: runs source text and hands back what it printed and its traceback.
const END = 4; // Ctrl-D: ends the source we type, the output, and the traceback
const GREETING = 'raw REPL; CTRL-B to exit\r\n>';
const BOOT_LIMIT = 20e9; // ns; the first start formats the file system
const WRITE_FILE = `
def _put(folders, path, left):
    import micropython, os, sys
    for folder in folders:
        try: os.mkdir(folder)
        except OSError: pass
    micropython.kbd_intr(-1)
    print('=', end='')
    block = memoryview(bytearray(1024))
    try:
        with open(path, 'wb') as f:
            while left:
                part = block[:min(left, 1024)]
                sys.stdin.buffer.readinto(part)
                f.write(part)
                left -= len(part)
    finally:
        micropython.kbd_intr(3)
`;

export class RawRepl {
  constructor(board, runner) {
    this.board = board;
    this.runner = runner;
    this.seen = Buffer.alloc(0);
    this.onOutput = null; // (Buffer): what the script now running prints, as it comes
    board.onConsole = (bytes) => { this.seen = Buffer.concat([this.seen, bytes]); };
  }

  async enter() {
    await this.runner.until(() => this.board.console.connected || undefined, BOOT_LIMIT);
    this.board.console.type([13]);
    await this.take('>>> ', BOOT_LIMIT);
    this.board.console.type([1]); // Ctrl-A
    await this.take(GREETING, BOOT_LIMIT);
  }

  /** What comes before `end`, taken away together with it. */
  take(end, limit) {
    return this.runner.until(() => {
      const at = this.seen.indexOf(end);
      if (at < 0) return undefined;
      const before = this.seen.subarray(0, at);
      this.seen = this.seen.subarray(at + end.length);
      return before;
    }, limit);
  }

  /** Run the source. Returns { output, error }, both strings. limit: ns of simulated time. input: for it to read, once it
   *  has printed '=': a byte 3 typed before it said kbd_intr(-1) would be a Ctrl-C. */
  async run(source, limit, input = []) {
    this.board.console.type(Buffer.concat([Buffer.from(source), Buffer.from([END])]));
    await this.take('OK', limit);
    if (input.length) {
      await this.take('=', limit);
      this.board.console.type(input);
    }
    const output = await this.runner.until(() => this.output(), limit);
    const error = await this.take('\x04>', limit);
    return { output: output.toString(), error: error.toString() };
  }

  output() {
    const end = this.seen.indexOf(END);
    const upTo = end < 0 ? this.seen.length : end;
    this.pieces = this.pieces || [];
    if (upTo > 0) {
      const piece = this.seen.subarray(0, upTo);
      this.pieces.push(piece);
      if (this.onOutput) this.onOutput(piece);
    }
    this.seen = this.seen.subarray(end < 0 ? upTo : upTo + 1);
    if (end < 0) return undefined;
    const all = Buffer.concat(this.pieces);
    this.pieces = [];
    return all;
  }

  /** Write a file on the board, making the folders of its path. The board reads the bytes themselves from the console. */
  async put(path, data, limit) {
    const folders = path.split('/').slice(1, -1).map((_, i, all) => '/' + all.slice(0, i + 1).join('/'));
    const source = WRITE_FILE + `_put(${JSON.stringify(folders)}, ${JSON.stringify(path)}, ${data.length})\ndel _put`;
    const { error } = await this.run(source, limit, data);
    if (error) throw new Error(error.trim().split('\n').pop());
  }
}
