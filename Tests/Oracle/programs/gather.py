"""An echo server and 50 clients at once, all in one event loop."""

import asyncio


async def serve(reader, writer):
    while data := await reader.read(4000):
        writer.write(data)
        await writer.drain()
    writer.close()


async def talk(number):
    reader, writer = await asyncio.open_connection("127.0.0.1", 8000)
    for size in (1, 100, 10_000, 200_000):
        message = bytes([number]) * size
        writer.write(message)
        assert await reader.readexactly(size) == message
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 8000, backlog=100)
    await asyncio.gather(*(talk(number) for number in range(50)))
    server.close()


asyncio.run(main())
