"""How ConnectWise PSA (formerly Manage) is named and set up."""

from psa.providers.setup import Setup

SETUP = Setup(name="connectwise", label="ConnectWise", product="ConnectWise PSA")
