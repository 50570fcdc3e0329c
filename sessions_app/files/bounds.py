"""How much of pictures and files goes (docs/limits.md). Pure."""

MIB = 1024 * 1024
# Of one file, as it is sent and as it is kept.
MOST_BYTES = 10 * MIB
# Of a step, as far as it shows them, and so of one form too.
MOST_OF_STEP = 10
# Of a session, those too that were taken out of it: they are kept for a while.
MOST_OF_SESSION = 100
MOST_BYTES_OF_SESSION = 250 * MIB

# Of a picture, known from its header: width × height, and each of them. No screen is as wide; a
# page that was photographed as a whole may be as tall.
MOST_PIXELS = 25_000_000
MOST_WIDTH = 10_000
MOST_HEIGHT = 20_000
# Seconds, for all pictures of a form together.
MOST_SECONDS = 20.0

MOST_LETTERS_OF_ALT = 200
MOST_LETTERS_OF_NAME = 80
