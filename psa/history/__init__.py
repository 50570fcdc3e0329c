"""Reading what was posted: who posted what, where, and whether it arrived."""
