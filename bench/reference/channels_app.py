"""A plain Django Channels application: every message of anybody goes to all. Started by bench/channels.py."""

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="of no use",  # noqa: S106 - nothing is signed
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": os.environ["CHANNELS_LAYER"],
            "CONFIG": {"hosts": [os.environ["CHANNELS_REDIS"]], "capacity": 10_000},
        }
    },
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 - needs the settings
from channels.routing import ProtocolTypeRouter  # noqa: E402


class Room(AsyncWebsocketConsumer):
    """One connection."""

    async def connect(self) -> None:
        """Everybody is in one group."""
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept(self.scope["subprotocols"][0])

    async def disconnect(self, _code: int) -> None:
        """Out of the group."""
        await self.channel_layer.group_discard("room", self.channel_name)

    async def receive(self, text_data: str | None = None, **_more: bytes) -> None:
        """To all."""
        await self.channel_layer.group_send("room", {"type": "told", "text": text_data})

    async def told(self, event: dict[str, str]) -> None:
        """From somebody."""
        await self.send(text_data=event["text"])


application = ProtocolTypeRouter({"websocket": Room.as_asgi()})
