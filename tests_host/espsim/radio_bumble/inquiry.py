"""Classic Bluetooth: being found and finding."""
import asyncio

from bumble import hci
from bumble.core import AdvertisingData

from .classic import LIMITED_LAP
from .device import mac


async def present(stack, name, class_of_device, *, connectable, discoverable):
    """What others see of this device."""
    device = stack.device
    device.name = name.decode("utf-8", "replace")
    response = bytes(AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, name)]))
    for command in (
        hci.HCI_Write_Local_Name_Command(local_name=name),
        hci.HCI_Write_Class_Of_Device_Command(class_of_device=class_of_device),
        hci.HCI_Write_Extended_Inquiry_Response_Command(fec_required=0, extended_inquiry_response=response),
    ):
        await device.send_sync_command(command)
    await device.set_scan_enable(discoverable, connectable)


async def inquire(stack, limited, length, most):
    """Yield (mac, name, class of device, rssi) as responses come, until time or `most` responses are over."""
    device, found = stack.device, asyncio.Queue()

    def result(address, class_of_device, data, rssi):
        names = AdvertisingData.from_bytes(data).get_all(AdvertisingData.COMPLETE_LOCAL_NAME, raw=True) if data else []
        found.put_nowait((mac(address), names[0] if names else b"", class_of_device, rssi))

    def done():
        found.put_nowait(None)

    host = device.host
    device.auto_restart_inquiry = False
    host.on("inquiry_result", result)
    host.on("inquiry_complete", done)
    try:
        lap = LIMITED_LAP if limited else hci.HCI_GENERAL_INQUIRY_LAP
        await device.send_async_command(hci.HCI_Inquiry_Command(lap=lap, inquiry_length=length, num_responses=most))
        while (one := await found.get()) is not None:
            yield one
    finally:
        host.remove_listener("inquiry_result", result)
        host.remove_listener("inquiry_complete", done)


async def reply_pin(stack, address, pin):
    """`pin` None: there is none."""
    if pin is None:
        command = hci.HCI_PIN_Code_Request_Negative_Reply_Command(bd_addr=address)
    else:
        raw = pin.encode("latin-1")
        command = hci.HCI_PIN_Code_Request_Reply_Command(
            bd_addr=address, pin_code_length=len(raw), pin_code=raw.ljust(16, b"\0")
        )
    await stack.device.send_sync_command(command)
