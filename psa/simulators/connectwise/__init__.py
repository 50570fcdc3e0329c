"""An independent stand-in for ConnectWise PSA, for tests, the demo and the storm."""

from .app import Simulator
from .faults import ConnectionCut, ConnectionRefused
from .store import Tenant

__all__ = ["ConnectionCut", "ConnectionRefused", "Simulator", "Tenant"]
