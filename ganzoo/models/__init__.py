"""The game, in gan.py, and the subclasses that answer one of its questions in another way."""
