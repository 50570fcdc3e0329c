"""The vendor's query language: text → tokens → tree → a test on records."""

from .evaluate import Compiler
from .lexer import ConditionError
from .parser import parse

__all__ = ["Compiler", "ConditionError", "parse"]
