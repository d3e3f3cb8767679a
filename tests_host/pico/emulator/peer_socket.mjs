// Joins the wire to a TCP connection: what the MCU sends goes out, what comes in is sent to the MCU.
import net from 'node:net';

const HIGH_WATER = 8192; // bytes waiting for the line at which the connection is no longer read
const LOW_WATER = 2048;
const CONNECT_SECONDS = 10;

/** Connects; resolves to { afterSlice(), close() }. */
export async function joinSocket(wire, host, port) {
  const socket = await connect(host, port);
  socket.setNoDelay(true);
  let pending = [];
  let closed = false;
  wire.onByte = (byte) => pending.push(byte);
  socket.on('data', (data) => {
    wire.send(data);
    if (wire.queued >= HIGH_WATER) socket.pause();
  });
  socket.on('close', () => { closed = true; });
  socket.on('error', () => {});
  return {
    afterSlice() {
      if (pending.length && !closed) socket.write(Uint8Array.from(pending));
      pending = [];
      if (wire.queued <= LOW_WATER && socket.isPaused()) socket.resume();
    },
    close: () => socket.destroy(),
  };
}

function connect(host, port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, timeout: CONNECT_SECONDS * 1000 });
    const fail = (why) => { socket.destroy(); reject(new Error(`the UART's other end at ${host}:${port}: ${why}`)); };
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (e) => fail(e.code || e.message));
    socket.once('timeout', () => fail('no answer'));
  });
}
