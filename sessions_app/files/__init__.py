"""Pictures and files of steps: taken in, kept in the storage, served, forgotten.

`kinds` says what a file is, `pictures` and `reencode` make pictures anew, `intake` takes what a
form sent, `store` knows the storage, `attaching` the rows, `forgetting` what goes.
"""
