"""The wire between a server and what it shares with others, which can be cut: then nothing comes through, without a word."""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

CHUNK = 65_536


class Wire:
    """Unix sockets in a folder of its own that lead to others, by name, in a thread of its own until `remove`."""

    def __init__(self, leads: Mapping[str, Path]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="podium-wire-"))
        self._leads = leads
        self._loop = asyncio.new_event_loop()
        self._whole = asyncio.Event()
        self._servers: list[asyncio.Server] = []
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()

    def cut(self) -> None:
        """Hold everything back, and let nobody connect, as when a cable is pulled somewhere in between."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def heal(self) -> None:
        """What was held back arrives, as what a network sends again does."""
        self._loop.call_soon_threadsafe(self._whole.set)

    def remove(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        shutil.rmtree(self.folder)

    def _run(self, ready: threading.Event) -> None:
        self._loop.run_until_complete(self._listen())
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        carrying = asyncio.all_tasks() - {asyncio.current_task()}
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)
        await asyncio.sleep(0)  # what was closed is released

    async def _listen(self) -> None:
        self._whole.set()
        for name, to in self._leads.items():

            async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: Path = to) -> None:
                try:
                    await self._whole.wait()
                    there, back = await asyncio.open_unix_connection(to)
                    await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
                except OSError:
                    pass
                finally:
                    writer.close()

            self._servers.append(await asyncio.start_unix_server(carry, self.folder / name))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while data := await reader.read(CHUNK):
                    await self._whole.wait()
                    writer.write(data)
                    await writer.drain()
        finally:
            writer.close()
