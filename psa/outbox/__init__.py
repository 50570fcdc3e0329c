"""The write path: every write to the PSA goes out once, and is never lost.

docs/write-path.md explains it. `notes`, `tickets` and `changes` take what people approve; a
caller queues, commits, and then delivers. `deliver_posts` does what is left over. `kinds` holds
what differs between the kinds of writes; everything else here treats them alike.
"""
