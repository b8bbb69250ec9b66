"""Everything between a simulated device and bleak, in this process."""

import asyncio
import contextlib

from gripforce.transport.ble_peripheral import ADDRESS, MTU, FramedTwin, Peripheral
from gripforce.transport.gatt import GRIPFORCE
from tests.ble.central import installed
from tests.ble.radio import CENTRAL_ADDRESS, Radio, RadioController, make_device

RESTART_S = 0.2
"""bumble advertises again after a connection, and logs an error where it is stopped in that."""


@contextlib.asynccontextmanager
async def on_air(
    twin,
    *,
    model=None,
    seed=0,
    name="GF-1",
    profile=GRIPFORCE,
    mtu=MTU,
    packets=False,
    kind=Peripheral,
):
    """Advertise a simulated device to bleak, and yield the radio between them."""
    radio = Radio(model, seed)
    central = make_device(
        RadioController("central", radio, "00:00:00:00:00:0C"), "central", CENTRAL_ADDRESS
    )
    await central.power_on()
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(
            advertising(
                radio,
                twin if packets else FramedTwin(twin),
                name=name,
                profile=profile,
                mtu=mtu,
                kind=kind,
            )
        )
        radio.lives_since_s = asyncio.get_running_loop().time()
        stack.enter_context(installed(central))
        yield radio
        radio.close()
    await central.power_off()


@contextlib.asynccontextmanager
async def advertising(
    radio, twin, *, name="GF-1", profile=GRIPFORCE, address=ADDRESS, mtu=MTU, kind=Peripheral
):
    """Advertise one more peripheral."""
    public = "00:00:00:00:" + address[-5:]
    device = make_device(RadioController(name, radio, public), name, address)
    peripheral = kind(device, twin, profile, name=name)
    device.gatt_server.max_mtu = mtu
    await peripheral.advertise()
    living = asyncio.create_task(peripheral.run())
    test = asyncio.current_task()
    # A device that fails must fail the test, which would else wait for it for ever.
    living.add_done_callback(lambda task: None if task.cancelled() else test.cancel())
    try:
        yield peripheral
    finally:
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living
    await asyncio.sleep(RESTART_S)
    await device.power_off()
