"""Make a row of its own of each status change that was approved with a note, and back.

One statement each way, so that a million posts take the time of the database alone. A change has
the id of its note: both are UUIDs, in tables of their own.
"""

from django.db import migrations

# A change that waits for its note had the state "queued" beside a note that was not posted.
FORWARD = """
    INSERT INTO psa_ticketchange (
        id, account_id, connection_id, request_id, after_id, ticket_id, kind,
        wanted_id, wanted_name, seen_id, seen_name,
        current_id, current_name,
        state, error, error_kind,
        sent_at, queued_at, attempts, checks, absences, first_attempt_at, attempt_started_at,
        checked_at, next_attempt_at, lease_token, lease_until,
        made_by_id, made_by_name, created_at, updated_at
    )
    SELECT
        id, account_id, connection_id, request_id, id, ticket_id, 'status',
        update_status_id, CASE WHEN status_state = 'applied' THEN status_changed_to ELSE '' END,
        seen_status_id, status_changed_from,
        CASE WHEN status_state = 'applied' THEN update_status_id ELSE '' END, status_changed_to,
        CASE WHEN status_state = 'queued' AND state <> 'posted' THEN 'waiting'
            ELSE status_state END,
        status_error,
        CASE WHEN status_state = 'failed' AND state = 'failed' THEN 'note_failed' ELSE '' END,
        NULL, queued_at, status_attempts, 0, 0, NULL, NULL,
        NULL, next_attempt_at,
        CASE WHEN status_state = 'sending' THEN lease_token END,
        CASE WHEN status_state = 'sending' THEN lease_until END,
        posted_by_id, posted_by_name, created_at, updated_at
    FROM psa_post
    WHERE status_state <> 'none'
"""
BACK = """
    UPDATE psa_post SET (
        update_status_id, seen_status_id, status_changed_from, status_changed_to,
        status_state, status_error, status_attempts
    ) = (
        SELECT
            wanted_id, seen_id, substr(seen_name, 1, 100), substr(current_name, 1, 100),
            CASE WHEN c.state = 'waiting' THEN 'queued' ELSE c.state END, c.error, c.attempts
        FROM psa_ticketchange c WHERE c.after_id = psa_post.id
    )
    WHERE EXISTS (SELECT 1 FROM psa_ticketchange c WHERE c.after_id = psa_post.id)
"""
# A change of a posted note is worked on under the note's row again.
BACK_DUE = """
    UPDATE psa_post SET (next_attempt_at, lease_token, lease_until) = (
        SELECT c.next_attempt_at, c.lease_token, c.lease_until
        FROM psa_ticketchange c WHERE c.after_id = psa_post.id
    )
    WHERE state = 'posted' AND status_state IN ('queued', 'sending', 'unknown')
"""
FORGET = "DELETE FROM psa_ticketchange WHERE after_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("psa", "0014_approval_parts"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, [BACK, BACK_DUE, FORGET]),
    ]
