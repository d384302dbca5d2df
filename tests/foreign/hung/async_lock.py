"""A coroutine that holds a lock awaits another one that takes the same lock."""
import asyncio

lock = asyncio.Lock()


async def read():
    async with lock:
        return 1


async def update():
    async with lock:
        return 1 + await read()


asyncio.run(update())
