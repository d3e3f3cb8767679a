// Puts short ways to RAM and flash in front of rp2040js's memory map: nearly every access goes there, and the general way
// costs several comparisons and a DataView. Flash reads are told to the cache model.
const FLASH = 0x10;
const RAM = 0x20;
const RAM_BASE = 0x20000000;
const FLASH_MASK = 0xffffff;
const CACHE_CONTROL = 0x14;

export function attachMemory(mcu, cache) {
  const { core, flash, sram } = mcu;
  const flash16 = new Uint16Array(flash.buffer);
  const flash32 = new Uint32Array(flash.buffer);
  const ram16 = new Uint16Array(sram.buffer);
  const ram32 = new Uint32Array(sram.buffer);
  const ramSize = sram.length;
  const { touch } = cache;

  core.readUint8 = (address) => {
    const region = address >>> 24;
    if (region === RAM) {
      const offset = (address >>> 0) - RAM_BASE;
      if (offset < ramSize) return sram[offset];
    } else if (region === FLASH) {
      touch(address);
      return flash[address & FLASH_MASK];
    }
    return mcu.readUint8(address >>> 0);
  };
  core.readUint16 = (address) => {
    const region = address >>> 24;
    if (region === FLASH) {
      touch(address);
      return flash16[(address & FLASH_MASK) >>> 1];
    }
    if (region === RAM) {
      const offset = (address >>> 0) - RAM_BASE;
      if (offset < ramSize) return ram16[offset >>> 1];
    }
    return mcu.readUint16(address >>> 0);
  };
  core.readUint32 = (address) => {
    const region = address >>> 24;
    if ((address & 3) === 0) {
      if (region === RAM) {
        const offset = (address >>> 0) - RAM_BASE;
        if (offset < ramSize) return ram32[offset >>> 2];
      } else if (region === FLASH) {
        touch(address);
        return flash32[(address & FLASH_MASK) >>> 2];
      }
    }
    return mcu.readUint32(address >>> 0);
  };
  core.writeUint8 = (address, value) => mcu.writeUint8(address >>> 0, value);
  core.writeUint16 = (address, value) => mcu.writeUint16(address >>> 0, value);
  core.writeUint32 = (address, value) => {
    const region = address >>> 24;
    if (region === RAM && (address & 3) === 0) {
      const offset = (address >>> 0) - RAM_BASE;
      if (offset < ramSize) {
        ram32[offset >>> 2] = value;
        return;
      }
    }
    if (region === CACHE_CONTROL) cache.flush(); // the only register written there is the cache's flush
    else mcu.writeUint32(address >>> 0, value);
  };
}
