from typing import Any, Callable

from espat.resync import Resync

class Stepper(Resync):
    urgent: Callable[[], Any] | None
    pipe: Callable[[], bool] | None
    block: Any
    struck: bool
    port: Any
    parser: Any
    engine: Any
    jobs: list[Callable[[], Any]]
    claims: int
    silent: bool
    heard: int
    on: Callable[[bytes, Callable[[bytearray, int, int], Any]], None]
    off: Callable[[bytes], None]
    on_reset: Callable[[Callable[[], Any]], None]
    def __init__(self, port: Any, chunk: int = 512) -> None: ...
    def step(self) -> bool: ...
    def wait(self) -> None: ...
    def idle(self) -> bool: ...
    def begin(self, cmd: bytes, n: int, owner: Any, timeout: int, each: Callable[[bytearray, int, int], Any] | None = None,
              data: Any = None, data_n: int = 0, end: bytes = b"OK") -> None: ...
    def hurry(self, ms: int) -> None: ...
