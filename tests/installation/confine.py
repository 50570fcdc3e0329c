"""Run a command under what its unit forbids: `python confine.py UNIT COMMAND...`.

A stand-in for the part of systemd's sandbox that a container can have: the system call filter
(SystemCallFilter with SystemCallErrorNumber=EPERM), MemoryDenyWriteExecute and UMask. Mounts
and namespaces are left out. Needs libseccomp, which every Debian with systemd has.
"""

import configparser
import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Iterator

_PR_SET_MDWE, _REFUSE_EXEC_GAIN = 65, 1
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_UNKNOWN_CALL = -1


def main() -> None:
    """Confine this process, and become the command."""
    unit, *command = sys.argv[1:]
    service = _service(unit)
    os.umask(int(service["UMask"][-1], 8))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0):
        print("This kernel cannot deny writable code (Linux 6.3 can); not rehearsed.")
    _filter(_allowed(service["SystemCallFilter"]))
    os.execvp(command[0], command)  # noqa: S606 - the unit's own command


def _service(unit: str) -> dict[str, list[str]]:
    """Return the unit's settings; those that stand there more than once have several values."""
    found: dict[str, list[str]] = {}

    class Several(dict):
        def __setitem__(self, name, value):
            if name in self and isinstance(value, list):
                self[name].extend(value)
                return
            super().__setitem__(name, value)

    parsed = configparser.RawConfigParser(strict=False, dict_type=Several)
    parsed.optionxform = str  # type: ignore[method-assign, assignment]
    parsed.read(unit)
    for name, value in parsed["Service"].items():
        found[name] = value.splitlines()
    return found


def _allowed(lines: list[str]) -> set[str]:
    """Return the system calls that the lines leave, as systemd reads them."""
    allowed: set[str] = set()
    for line in lines:
        named = {call for word in line.lstrip("~").split() for call in _calls(word)}
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def _calls(word: str) -> Iterator[str]:
    if not word.startswith("@"):
        yield word
        return
    said = subprocess.run(
        ["systemd-analyze", "syscall-filter", word], check=True, capture_output=True, text=True
    ).stdout
    for line in said.splitlines()[1:]:
        if line.strip() and not line.strip().startswith("#"):
            yield from _calls(line.strip())


def _filter(allowed: set[str]) -> None:
    """Let the kernel answer EPERM to every other call; needs no privilege, and grants none."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(_ERRNO | errno.EPERM))
    for name in allowed:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number != _UNKNOWN_CALL:
            seccomp.seccomp_rule_add(rules, _ALLOW, number, 0)
    if seccomp.seccomp_load(rules):
        raise OSError("The system call filter cannot be loaded.")


if __name__ == "__main__":
    main()
