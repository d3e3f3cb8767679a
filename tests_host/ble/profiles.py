"""What a phone on the stage does beyond GATT: serial ports, a computer's side of HID, the BluFi app, audio.

Handles and bytes are as in stage.py.
"""

import contextlib
import threading

from bumble.core import InvalidStateError

from espsim.radio_bumble.blufi_phone import BlufiApp
from net.stage import PATIENCE
from sim import ble_tools


class Profiles:
    """Requests of the program; for RadioStage."""

    def __enter__(self):
        self.serials, self.apps, self.packets, self.streams = [], [], [], []
        return super().__enter__()

    def _address(self):
        digits = self.do_address()
        return ":".join(digits[i:i + 2] for i in range(0, 12, 2))

    # serial ports

    def do_serial_open(self, phone, secure=True):
        """The phone connects to the module's serial port; gives a handle."""
        return self._serial(ble_tools.open_serial(self.phones[phone], self._address(), secure).result(PATIENCE))

    def do_serial_serve(self, phone):
        """The phone waits for a serial connection."""
        return self._serial(ble_tools.serve_serial(self.phones[phone]))

    def _serial(self, serial):
        self.serials.append(serial)
        return len(self.serials) - 1

    def do_serial_send(self, serial, text):
        self.serials[serial].send(bytes.fromhex(text))

    def do_serial_send_many(self, serial, size, count):
        """count pieces of this size, each byte the piece's number, unless the module hangs up."""
        def run():
            with contextlib.suppress(InvalidStateError):
                for number in range(count):
                    self.serials[serial].send(bytes([number & 255]) * size)

        threading.Thread(target=run, daemon=True).start()

    def do_serial_wait(self, serial, text):
        """The next bytes that arrive are these."""
        self.serials[serial].wait(bytes.fromhex(text), PATIENCE)

    def do_serial_take(self, serial, count):
        """The next count bytes."""
        it = self.serials[serial]
        with it.more:
            assert it.more.wait_for(lambda: len(it.data) >= count, PATIENCE), it.data
            data, it.data = it.data[:count], it.data[count:]
        return data.hex()

    def do_serial_close(self, serial):
        it = self.serials[serial]
        it.phone.call(it.dlc.disconnect)

    # pairing over classic Bluetooth

    def do_classic_connect(self, phone):
        """A connection to the module, not secured; gives a handle of do_disconnect()."""
        self.links.append(self.phones[phone].connect_classic(self._address()))
        return len(self.links) - 1

    def do_secure(self, phone, link):
        """Pair and encrypt; gives a handle of do_outcome()."""
        self.phones[phone].user.display.clear()
        self.futures.append(self.phones[phone].secure(self.links[link]))
        return len(self.futures) - 1

    def do_hide(self, phone):
        """Be found no longer."""
        self.phones[phone].call(self.phones[phone].device.set_discoverable, False)

    # a computer that listens to keyboards

    def do_computer(self, phone, link=None):
        """Connect, pair, and listen to all reports."""
        it = self.phones[phone]
        link = it.connect(self._address())
        self.links.append(link)
        it.pair(link).result(PATIENCE)
        it.discover(link)
        for service in link.gatt_client.services:
            for one in service.characteristics:
                if one.uuid.to_bytes() == b"\x4d\x2a":
                    reference = next(each for each in one.descriptors if each.type.to_bytes() == b"\x08\x29")
                    number = it.call(reference.read_value)[0]
                    it.call(one.subscribe, lambda value, number=number: it._arrived(number, value))
        return len(self.links) - 1

    # BluFi

    def do_blufi(self, phone):
        """The app connects to the module and agrees on a key."""
        self.apps.append(BlufiApp(self.phones[phone], self._address()))
        self.apps[-1].negotiate()
        return len(self.apps) - 1

    def do_blufi_provision(self, app, ssid, password):
        return self.apps[app].provision(ssid, password)

    def do_blufi_all(self, phone, ssid, password):
        """The whole visit of a phone."""
        self.do_blufi_provision(self.do_blufi(phone), ssid, password)

    def do_blufi_send(self, app, text):
        """The phone's own data."""
        self.apps[app].send(1, 0x13, bytes.fromhex(text))

    def do_blufi_custom(self, app):
        """The next data that the module has sent for the phone's own program."""
        return self.apps[app].wait(1, 0x13, PATIENCE).hex()

    # audio

    def do_play_to(self, phone):
        """The phone streams to the module, a loudspeaker; gives a handle."""
        self.streams.append(ble_tools.play_to(self.phones[phone], self._address()))
        return len(self.streams) - 1

    def do_start(self, stream):
        """Begin to send sound."""
        it = self.streams[stream][0]
        self.phones[0].call(it.start)

    def do_heard(self):
        """How many packets the module has heard."""
        return self.sim.call(lambda: self.sim.module.a2dp.audio.heard)

    def do_remote_keys(self, stream):
        """The keys of the remote control that the module has pressed."""
        return self.streams[stream][1].keys

    def do_loudspeaker(self, phone):
        """The phone is a loudspeaker; gives a handle."""
        self.packets.append(ble_tools.listen_audio(self.phones[phone]))
        return len(self.packets) - 1

    def do_packets(self, speaker):
        """How many packets of sound have come."""
        return len(self.packets[speaker])
