"""An event loop whose only task waits for a future that nobody completes (epoll)."""
import asyncio


async def wait_for_nothing():
    await asyncio.get_running_loop().create_future()


asyncio.run(wait_for_nothing())
