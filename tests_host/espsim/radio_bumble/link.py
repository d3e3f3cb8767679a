"""The radio waves: Bumble's LocalLink between controllers that live on different threads and event loops."""
import asyncio
import threading

from bumble import hci, link, ll, lmp
from bumble.core import PhysicalTransport


def hush(loop):
    """Keep quiet about what Bumble trips over by itself, as when a peer vanishes in the middle of a packet."""

    def handler(loop, context):
        error = context.get("exception")
        trace = error and error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        if trace is None or not trace.tb_frame.f_globals.get("__name__", "").startswith("bumble."):
            loop.default_exception_handler(context)

    loop.set_exception_handler(handler)


class AirLink(link.LocalLink):
    """Controllers in reach of one another. Times that pass on the air can be shortened by tests:

    `pace`       what a second of scanning, inquiring or trying to connect lasts, in seconds
    `supervision` seconds until a peer is missed that vanished without a word (None: what the connection says)
    `rssi`       how strong those are received who do not say, dBm
    """

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.pace = 1.0
        self.supervision = None
        self.rssi = -40

    # who is there

    def add_controller(self, controller):
        controller.loop = asyncio.get_running_loop()
        hush(controller.loop)
        with self.lock:
            self.controllers.add(controller)

    def remove_controller(self, controller):
        """Off, without a goodbye: peers notice when their supervision timeout has run out."""
        with self.lock:
            if controller not in self.controllers:
                return
            self.controllers.discard(controller)
        for connection in [*controller.le_connections.values(), *controller.classic_connections.values()]:
            self._will_be_missed(controller, connection)

    def _will_be_missed(self, gone, connection):
        for peer in self.all():
            table = peer.le_connections if connection.transport == PhysicalTransport.LE else peer.classic_connections
            left = table.get(connection.self_address)
            if left is not None and left.self_address == connection.peer_address:
                self._call(peer, peer.miss, left)

    def all(self):
        with self.lock:
            return list(self.controllers)

    def find_le_controller(self, address):
        """The controller that has a connection under this address, else the one whose address it is."""
        everybody = self.all()
        for controller in everybody:
            if any(one.self_address == address for one in list(controller.le_connections.values())):
                return controller
        return next((one for one in everybody if address in (one.random_address, one.public_address)), None)

    def find_classic_controller(self, address):
        return next((one for one in self.all() if one.public_address == address), None)

    # bringing things to somebody else's loop

    def _call(self, controller, function, *args):
        try:
            controller.loop.call_soon_threadsafe(function, *args)
        except RuntimeError:  # its loop has been closed: it is off
            pass

    def send_acl_data(self, sender_controller, destination_address, transport, data):
        if transport == PhysicalTransport.LE:
            receiver = self.find_le_controller(destination_address)
            connection = sender_controller.le_connections.get(destination_address)
        else:
            receiver = self.find_classic_controller(destination_address)
            connection = sender_controller.classic_connections.get(destination_address)
        if receiver is not None and connection is not None:
            self._call(receiver, receiver.on_link_acl_data, connection.self_address, transport, data)

    def send_advertising_pdu(self, sender_controller, packet):
        packet.rssi = self.strength(sender_controller)
        for controller in self.all():
            if controller is not sender_controller and controller.listens(packet):
                self._call(controller, controller.on_ll_advertising_pdu, packet)

    def send_ll_control_pdu(self, sender_address, receiver_address, packet):
        receiver = self.find_le_controller(receiver_address)
        if receiver is not None:
            self._call(receiver, receiver.on_ll_control_pdu, sender_address, packet)

    def send_lmp_packet(self, sender_controller, receiver_address, packet):
        receiver = self.find_classic_controller(receiver_address)
        if isinstance(packet, lmp.LmpHostConnectionReq) and not (receiver and receiver.page_scanning):
            refusal = lmp.LmpNotAccepted(packet.opcode, hci.HCI_ErrorCode.PAGE_TIMEOUT_ERROR)
            asyncio.get_running_loop().call_later(
                5.12 * self.pace, sender_controller.on_lmp_packet, receiver_address, refusal
            )
        elif receiver is not None:
            self._call(receiver, receiver.on_lmp_packet, sender_controller.public_address, packet)

    def strength(self, controller):
        """How strong a controller is received, dBm."""
        return self.rssi if controller.rssi is None else controller.rssi

    # inquiry

    def discoverable(self, seeker, limited):
        """Everybody else that answers an inquiry."""
        return [one for one in self.all() if one is not seeker and one.inquiry_scanning and one.limited_discoverable >= limited]


def terminate(link_, connection, reason):
    """Tell the other end of an LE connection that it is over."""
    link_.send_ll_control_pdu(connection.self_address, connection.peer_address, ll.TerminateInd(reason))
