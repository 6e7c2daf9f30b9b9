"""Where HTTP and WebSocket meet the rest: the only package that imports aiohttp."""
