"""What the product has to know of a vendor before it can ask its PSA anything. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How one PSA is named and set up.

    `name` is kept in the database. Sentences speak of the PSA by its `label`; `product` is its
    full name, where one is chosen among several.
    """

    name: str
    label: str
    product: str
