"""Makes `time.sleep` work beside libfaketime, for every Python that has this folder on its path.

Python sleeps up to a moment of the monotonic clock. While the other clock runs ahead, libfaketime 0.9.10 takes that
moment for one of the other clock and answers EINVAL. It leaves waiting for nothing alone.
"""

import time
from select import select
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex) -> None:
    select([], [], [], float(seconds))


time.sleep = sleep
