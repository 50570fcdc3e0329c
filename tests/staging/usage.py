"""What a process uses, as Linux counts it in /proc."""

import os
from pathlib import Path

_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
_KIB = 1024
_EPOLL = Path("anon_inode:[eventpoll]")


def children(pid: int) -> list[int]:
    """Return the process ids of what this process has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def cpu_seconds(pid: int) -> float:
    """Return the processor time that the process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def resident(pid: int) -> float:
    """Return the memory that the process holds now, in MiB."""
    return _status(pid, "VmRSS")


def peak(pid: int) -> float:
    """Return the most memory that the process held since `forget_peak`, in MiB."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let the peak begin anew at what the process holds now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def takes_connections(pid: int) -> bool:
    """Return whether this gunicorn process has loaded and waits for requests.

    A worker that has is asleep in epoll, with the listening socket in its list.
    """
    try:
        lists = [
            Path(f"/proc/{pid}/fdinfo/{number.name}").read_text()
            for number in Path(f"/proc/{pid}/fd").iterdir()
            if number.readlink() == _EPOLL
        ]
    except OSError:  # It is ending.
        return False
    return any("tfd:" in each for each in lists)


def is_connected(pid: int) -> bool:
    """Return whether the process has opened a socket, as one does that asks the database."""
    try:
        return any(
            str(number.readlink()).startswith("socket:")
            for number in Path(f"/proc/{pid}/fd").iterdir()
        )
    except OSError:
        return False


def _status(pid: int, field: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [each for each in lines if each.startswith(f"{field}:")]
    return int(line.split()[1]) / _KIB
