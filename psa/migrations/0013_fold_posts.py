from django.db import migrations, transaction

from resolutionflow.lib.searched import backfill

# As in 0009_post_history, of the folded text: it has no accents, and plain quotes and hyphens.
SIGNS = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"""
DROP_WORDS = "ALTER TABLE psa_post DROP COLUMN IF EXISTS words"
ADD_WORDS = """
    ALTER TABLE psa_post ADD COLUMN words tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', translate(left({}, 100000) || ' ' || ticket_id, {}, {}))
        || array_to_tsvector(ARRAY[
            '=account' || account_id::text,
            '=state' || state,
            '=type' || note_type,
            '=person' || coalesce(posted_by_id, 0)::text
        ])
    ) STORED
"""
KNOW_WORDS = "ALTER TABLE psa_post ALTER COLUMN words SET STATISTICS 300"
INDEX_WORDS = "CREATE INDEX post_words ON psa_post USING gin (words) WITH (fastupdate = off)"


def fold_posts(apps, schema_editor):
    """Fold what was posted, in batches that each stay written."""
    backfill(apps.get_model("psa", "Post"), ("content", "ticket_id"))
    words_of("folded", schema_editor)


def unfold_words(apps, schema_editor):
    """Let PostgreSQL keep the words of the note as it was sent again."""
    words_of("content", schema_editor)


def words_of(column, schema_editor):
    """Let PostgreSQL keep and index the words of the column."""
    if schema_editor.connection.vendor != "postgresql":
        return
    quoted = [schema_editor.quote_value(text) for text in (SIGNS, " " * len(SIGNS))]
    with transaction.atomic(using=schema_editor.connection.alias):
        schema_editor.execute(DROP_WORDS, params=None)
        schema_editor.execute(ADD_WORDS.format(column, *quoted), params=None)
        schema_editor.execute(KNOW_WORDS, params=None)
        schema_editor.execute(INDEX_WORDS, params=None)


class Migration(migrations.Migration):
    # Each batch is committed by itself; a run that was ended goes on where it stood.
    atomic = False

    dependencies = [("psa", "0012_folded")]

    operations = [migrations.RunPython(fold_posts, unfold_words)]
