// The board's USB serial port: MicroPython's REPL. rp2040js plays the USB host; this adds what a host does about data for
// the board: a transfer happens when there is something to send, while rp2040js answers each request with an empty one,
// which keeps the firmware busy with interrupts.
import { USBCDC } from 'rp2040js';

export class UsbConsole {
  /** onData(bytes): the board has written something. */
  constructor(mcu, onData) {
    this.usb = mcu.usbCtrl;
    this.connected = false;
    this.waiting = []; // bytes not yet taken by the board
    this.room = 0; // bytes the board has asked for, 0: it has not asked
    const cdc = new USBCDC(this.usb);
    this.cdc = cdc;
    cdc.onDeviceConnected = () => { this.connected = true; };
    cdc.onSerialData = onData;
    this.usb.onEndpointRead = (endpoint, size) => {
      if (endpoint !== cdc.outEndpoint) return;
      this.room = size;
      this.transfer();
    };
  }

  type(bytes) {
    for (const byte of bytes) this.waiting.push(byte);
    this.transfer();
  }

  transfer() {
    if (this.room === 0 || this.waiting.length === 0) return;
    const bytes = Uint8Array.from(this.waiting.splice(0, this.room));
    this.room = 0;
    this.usb.endpointReadDone(this.cdc.outEndpoint, bytes);
  }
}
