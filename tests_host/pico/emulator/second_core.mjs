// The second core is not emulated: nothing ever comes from it, and what is sent to it is dropped.
const STATUS = 0x50;
const SEND = 0x54;
const RECEIVE = 0x58;
const READY = 2; // there is room to send, nothing to receive

export function leaveOutSecondCore({ sio }) {
  const read = sio.readUint32.bind(sio);
  const write = sio.writeUint32.bind(sio);
  sio.readUint32 = (offset) => {
    if (offset === STATUS) return READY;
    return offset === RECEIVE ? 0 : read(offset);
  };
  sio.writeUint32 = (offset, value) => {
    if (offset !== STATUS && offset !== SEND) write(offset, value);
  };
}
