"""A session in the browser belongs to who has its address, not to foreign pages and names."""

import asyncio
import contextlib
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from tests.dashboard.browser import CHROMIUM, address_in, gripforce, line_with, page_at, running

PATIENCE_S = 120
FOCUSED = "xterm-helper-textarea"
ATTACK = """Promise.all(
  [URLS].map(url => new Promise(done => {
    const socket = new WebSocket(url);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
  })).concat(fetch("http://HOST/").then(r => r.text(), () => "refused"))
)"""


@contextlib.asynccontextmanager
async def serving(root, port):
    """A served session; its address."""
    command = gripforce("session", "-d", root, "--protocol", "try-out", "--serve", port)
    async with asyncio.timeout(PATIENCE_S), running(*command) as server:
        address = address_in(await line_with(server, b"the session is at"))
        async with aiohttp.ClientSession() as web_client:
            for _ in range(400):  # it is printed before the port is open
                try:
                    await web_client.get(address)
                    break
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.05)
            yield web_client, address


async def status_of(client, url, **headers):
    async with client.get(url, headers=headers) as answer:
        return answer.status


async def socket_status(client, url, **headers):
    """The status of a refused socket, 101 of an open one."""
    try:
        socket = await client.ws_connect(url, headers=headers)
    except aiohttp.WSServerHandshakeError as refused:
        return refused.status
    await socket.close()
    return 101


async def evaluated(page, script):
    """What a script in the page returns."""
    answer = await page.ask(
        "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
    )
    return answer["result"].get("value")


async def test_only_who_has_the_address_gets_in_and_one_browser_at_a_time(
    tmp_path, unused_tcp_port
):
    async with serving(tmp_path / "sessions", unused_tcp_port) as (client, address):
        await strangers_are_refused(client, address)
        assert not list((tmp_path / "sessions").glob("sub-*"))
        await a_second_browser_is_refused_until_the_operator_takes_over(client, address)


async def strangers_are_refused(client, address):
    here = urlsplit(address).netloc
    token = parse_qs(urlsplit(address).query)["token"][0]
    assert len(token) >= 32
    own, socket = f"http://{here}", f"http://{here}/session/{token}"
    assert await status_of(client, f"{own}/") == 403
    assert await status_of(client, f"{own}/?token={token[:-1]}") == 403
    assert await status_of(client, address, Host="evil.example") == 421  # DNS rebinding
    assert await socket_status(client, f"{own}/ws", Origin=own) == 404
    assert await socket_status(client, f"{own}/session/none", Origin=own) == 403
    assert await socket_status(client, socket) == 403
    assert await socket_status(client, socket, Origin="http://evil.example") == 403
    assert await socket_status(client, socket, Origin=f"http://127.0.0.1:1{here[-4:]}") == 403
    assert await socket_status(client, socket, Origin=own, Host="evil.example") == 421
    async with client.get(address) as page:
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"


async def a_second_browser_is_refused_until_the_operator_takes_over(client, address):
    own = f"http://{urlsplit(address).netloc}"
    socket = f"{own}/session/{parse_qs(urlsplit(address).query)['token'][0]}"
    first = await client.ws_connect(socket, headers={"Origin": own})
    await first.receive()
    assert await socket_status(client, socket, Origin=own) == 409
    async with client.get(address) as page:
        assert "open in another browser" in await page.text()
    await client.get(f"{address}&take=1")
    second = await client.ws_connect(socket, headers={"Origin": own})
    await second.receive()
    kinds = {(await first.receive()).type for _ in range(50) if not first.closed}
    assert kinds & {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    await second.close()


@contextlib.asynccontextmanager
async def foreign_page(port):
    """Serve a page of another origin; its address."""

    async def evil(_):
        return web.Response(text="<p>evil</p>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", evil)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/"
    await runner.cleanup()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_a_foreign_page_drives_nothing_and_the_session_s_own_has_the_keyboard(
    tmp_path, unused_tcp_port_factory
):
    async with (
        foreign_page(unused_tcp_port_factory()) as evil,
        serving(tmp_path / "sessions", unused_tcp_port_factory()) as (_, address),
        page_at(evil, tmp_path / "profile") as page,
    ):
        while await evaluated(page, "document.body.innerText") != "evil":
            pass
        assert await evaluated(page, attack_on(address)) == ["refused"] * 3
        await page.ask("Page.navigate", url=address)
        # A person who opens the address types at once, and the form takes it.
        while await evaluated(page, "document.activeElement.className") != FOCUSED:
            pass


def attack_on(address):
    """Return a script that tries all doors; with the token, too, its origin is another one."""
    host = urlsplit(address).netloc
    token = parse_qs(urlsplit(address).query)["token"][0]
    urls = ",".join(f'"ws://{host}/{path}"' for path in ("ws", f"session/{token}"))
    return ATTACK.replace("URLS", urls).replace("HOST", host)
