"""A load balancer as simple as can be: TCP connections in turn to whichever server takes them, none sticks."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

CHUNK = 65_536


@asynccontextmanager
async def balancer(ports: Sequence[int], host: str = "127.0.0.1") -> AsyncIterator[int]:
    """The port on which it listens; `ports` are those of the servers, host where they are."""
    turns = list(ports)
    carrying: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        carrying.add(task)
        task.add_done_callback(carrying.discard)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for _ in ports:
                turns.append(turns.pop(0))
                with suppress(OSError):
                    there, back = await asyncio.open_connection(host, turns[-1])
                    await asyncio.gather(_carry(reader, back), _carry(there, writer))
                    return
        finally:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in carrying:
            task.cancel()
        if carrying:
            await asyncio.wait(carrying)
        await asyncio.sleep(0)  # what was closed is released


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()
