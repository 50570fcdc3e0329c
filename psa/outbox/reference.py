"""The marks by which people and searches recognise what we wrote."""

from hashlib import sha256

# Letters and digits that are not taken for each other.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_of(key: bytes, length: int) -> str:
    """Return the code of this length that belongs to the key: always the same one."""
    number = int.from_bytes(sha256(key).digest()[:8])
    code = ""
    for _ in range(length):
        number, letter = divmod(number, len(ALPHABET))
        code += ALPHABET[letter]
    return code
