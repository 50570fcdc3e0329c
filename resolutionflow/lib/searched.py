"""Rows that are found by their words: beside what was typed they keep it folded."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from resolutionflow.lib.folding import fold

_Row = TypeVar("_Row", bound=models.Model)
BATCH = 500


class _Manager(models.Manager[_Row]):
    """Leaves the folded text in the database: it is as long as all texts of the row."""

    def get_queryset(self) -> models.QuerySet[_Row]:
        return super().get_queryset().defer("folded")


class _FoldedField(models.TextField):  # type: ignore[type-arg]
    """The folded text of a row; migrations know it as a text."""

    def pre_save(self, row: models.Model, add: bool) -> Any:
        """Fold what is written for the first time, one by one or in bulk."""
        if add:
            setattr(row, self.attname, folded(row, type(row).SEARCHED))  # type: ignore[attr-defined]
        return super().pre_save(row, add)

    def deconstruct(self) -> Any:
        """Return it as Django's own field."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class Searched(models.Model):
    """A row with a column `folded`, which follows the fields of `SEARCHED` whenever it is saved.

    A queryset's `update` of one of these fields would leave it behind: save the row instead.
    """

    SEARCHED: ClassVar[tuple[str, ...]]

    folded = _FoldedField(editable=False, blank=True, default="", db_default="")

    objects: ClassVar[_Manager[Self]] = _Manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row, with the folded text where one of its fields is written."""
        if update_fields is None or {*update_fields} & {*self.SEARCHED}:
            self.folded = folded(self, self.SEARCHED)
            update_fields = None if update_fields is None else {*update_fields, "folded"}
        super().save(*args, update_fields=update_fields, **kwargs)


def folded(row: models.Model, names: Iterable[str]) -> str:
    """Return the folded text of these fields, one line each at least."""
    return fold("\n".join(str(getattr(row, name)) for name in names))


def backfill(model: Any, names: Iterable[str]) -> int:
    """Fold the rows that have no folded text yet, in batches; return how many there were.

    For migrations: each batch is written by itself, so that a run that was ended goes on where
    it stood, and no lock is held for long.
    """
    names, last, done = tuple(names), None, 0
    while True:
        rows = model._base_manager.filter(folded="").only("pk", *names).order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last is not None else rows)[:BATCH])
        if not batch:
            return done
        for row in batch:
            row.folded = folded(row, names)
        model._base_manager.bulk_update(batch, ["folded"])
        last, done = batch[-1].pk, done + len(batch)
