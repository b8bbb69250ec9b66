"""Run the machine: its Bluetooth adapter is a controller in this process, its bus a TCP port."""

import asyncio
import contextlib
import os

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.auth import AuthExternal

from tests.ble.hci import free_port, listening
from tests.ble.vm.image import EMULATOR

BOOT_S = 90.0
"""Emulated, on a slow machine that does other things too; ten seconds on two free cores."""
OPTIONS = (
    "-accel", "tcg,thread=multi", "-cpu", "Nehalem", "-smp", "1", "-m", "256", "-M", "q35",
    "-nodefaults", "-display", "none", "-no-reboot", "-device", "virtio-serial-pci",
    "-device", "virtconsole,chardev=hci", "-device", "virtio-rng-pci",
    "-device", "virtio-net-pci,netdev=net,romfile=",
)  # fmt: skip
KERNEL = (
    "console=ttyS0 panic=-1 nokaslr mitigations=off quiet cryptomgr.notests=1 tsc=reliable "
    "audit=0 apparmor=0 random.trust_cpu=on no_timer_check rcupdate.rcu_expedited=1"
)


@contextlib.asynccontextmanager
async def running(image, folder, controller):
    """Boot a machine; ``controller(source, sink)`` is to become its adapter.

    While it runs, bleak in this process finds the machine's bluetoothd as the system's own.
    """
    kernel, memory_disk = image
    port, hci = free_port(), folder / "hci.sock"
    async with listening(controller, path=hci):
        process = await asyncio.create_subprocess_exec(
            EMULATOR, *OPTIONS, "-kernel", kernel, "-initrd", memory_disk, "-append", KERNEL,
            "-serial", f"file:{folder / 'console.log'}", "-chardev", f"socket,id=hci,path={hci}",
            "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-10.0.2.15:7000",
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        address = f"tcp:host=127.0.0.1,port={port}"
        try:
            async with asyncio.timeout(BOOT_S):
                await adapter_powered(address, process)
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = address
            os.environ["BLEAK_DBUS_AUTH_UID"] = "0"  # root of the machine, whoever runs this
            yield
        finally:
            os.environ.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
            os.environ.pop("BLEAK_DBUS_AUTH_UID", None)
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def adapter_powered(address, process):
    """Wait until bluetoothd has powered the adapter."""
    question = Message(
        "org.bluez", "/org/bluez/hci0", "org.freedesktop.DBus.Properties", "Get",
        signature="ss", body=["org.bluez.Adapter1", "Powered"],
    )  # fmt: skip
    while process.returncode is None:
        bus = MessageBus(bus_address=address, auth=AuthExternal(uid=0))
        # Nobody listens yet, or the bus is not there yet: both are part of booting.
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(2.0):
                await bus.connect()
                reply = await bus.call(question)
            if reply.message_type is MessageType.METHOD_RETURN and reply.body[0].value:
                bus.disconnect()
                return
        bus.disconnect()
        await asyncio.sleep(0.1)
    raise RuntimeError(f"the emulator ended with {process.returncode}")
