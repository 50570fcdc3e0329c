"""Every list that a template renders has a bound, and this table says which.

A loop that is not here fails the first test: bound it where it is made, then write down how.
"""

import re
from pathlib import Path

import pytest

from accounts import invitations, log_ins, notices
from accounts.views import audit, team_page
from psa.history import entry
from psa.members import listing as members
from psa.members import requests
from psa.outbox import documents
from psa.providers.connectwise import client, creating, response
from psa.views import members as members_views
from sessions_app import (
    history,
    my_day,
    note_templates,
    sizes,
    snippets,
    spin_off,
    stretches,
    worked,
)
from sessions_app.assist import conversation, proposals
from sessions_app.files import bounds
from sessions_app.views import dashboard, page
from sessions_app.views import sessions as sessions_views
from sessions_app.views import time_sums as time_sums_views
from sessions_app.views import worked as worked_views
from tickets import listing, noting, picker, timeline

TEMPLATES = Path(__file__).parents[2] / "templates"
_FOR = re.compile(r"{%-?\s*for\s+(.+?)\s*-?%}")

# What code fixes: fields of a form, choices of a field, formats, the rights that we know.
CODE = "as many as the code names"
# One read of a PSA's list, or one page of it; `safe_http` bounds its bytes before.
PSA = f"{response.LARGEST_PAGE} a page, {client.MOST_PAGES} pages"
WORDS = "words and lines of texts that are compared up to difference.LONGEST"
ANSWER = f"{proposals.MOST} proposals of one answer, whose length is bounded"

BOUNDS: dict[str, dict[str, int | str]] = {
    "accounts/_audit_row.html": {"change in entry.changes": "the fields that one entry names"},
    "accounts/_invitations.html": {"invitation, link in invitations": invitations.MOST_OPEN},
    "accounts/audit.html": {"entry in page": audit.PAGE_SIZE},
    "accounts/invite.html": {"field in form": CODE},
    "accounts/login.html": {"role, email, password in demo_logins": CODE},
    "accounts/new_password.html": {"field in form": CODE},
    "accounts/own.html": {"notice in told": notices.MOST_SHOWN},
    "accounts/own_log_ins.html": {"log_in in log_ins": log_ins.MOST_SHOWN},
    "accounts/own_password.html": {"field in form": CODE},
    "accounts/time_rules.html": {"worked, billed in examples": CODE},
    "accounts/team.html": {"person in page": team_page.PAGE_SIZE},
    "layouts/base.html": {"message in messages": "what one request says, kept in its cookie"},
    "psa/_connection_form.html": {"field in form": CODE, "name, product in form.others": CODE},
    "psa/_connection_status.html": {"label, masked in keys": CODE},
    "psa/_difference.html": {"line in lines": WORDS, "piece in line.pieces": WORDS},
    "psa/_keys.html": {"field in form": CODE},
    "psa/_me_form.html": {"id, label in own.choosable": PSA},
    "psa/_members_asked.html": {"request in asked": requests.MOST_SHOWN},
    "psa/_members_form.html": {
        "id, label in listing.choosable": PSA,
        "row in listing.rows": members.PAGE_SIZE,
    },
    "psa/_members_found.html": {
        "found in findings": members_views.MOST_FOUND,
        "member in found.members": "members of the PSA that share one address",
    },
    "psa/_note_types.html": {"value, label in form.note_type.field.choices": CODE},
    "psa/_post_attempts.html": {
        "attempt, outcome in entry.attempts": "the tries of one post, which back off over a day"
    },
    "psa/_post_said.html": {
        "warning in entry.warnings": CODE,
        "each in entry.edits": entry.MOST_EDITS,
    },
    "psa/_posts_filter.html": {"field in form": CODE},
    "psa/_right_row.html": {"right in function.lacking": CODE, "right in function.untested": CODE},
    "psa/_rights.html": {"function in report.functions": CODE, "right in report.surplus": CODE},
    "psa/_rights_writing.html": {"field in form": CODE},
    "psa/_setup_rights.html": {"right in setup.rights": CODE},
    "psa/_setup_steps.html": {"step in form.steps": CODE},
    "psa/_time_choice.html": {"one in offered": PSA},
    "psa/_post_files.html": {"each in entry.files.each": documents.MOST},
    "psa/post.html": {"part, label in entry.retries": CODE},
    "psa/posts.html": {"entry in page.entries": "one page of the history (psa.history.pages)"},
    "sessions_app/_assist.html": {"shown in turns": conversation.MOST_SHOWN},
    "sessions_app/_assist_summary.html": {
        "sentence in shown.sentences": ANSWER,
        "place, step in sentence.steps": sizes.MOST_STEPS,
    },
    "sessions_app/_assist_turn.html": {"card in shown.cards": proposals.MOST},
    "sessions_app/_complete.html": {"choice in form.outcome": CODE},
    "sessions_app/_gaps.html": {"gap in worked.told_gaps": worked.MOST_GAPS},
    "sessions_app/_note_files.html": {"each in files.offered": bounds.MOST_OF_SESSION},
    "sessions_app/_note_status.html": {"status in shown.statuses": PSA},
    "sessions_app/_post_mending.html": {"part, label in entry.retries": CODE},
    "sessions_app/_note_choices.html": {
        "value, label in form.note_type.field.choices": CODE,
        "each in templates": note_templates.MOST + 4,
    },
    "sessions_app/_note_write.html": {
        "name in unfilled": "placeholders of one note, whose size is bounded",
        "id, name in snippets": snippets.MOST,
    },
    "sessions_app/_placeholders.html": {"name, said in names": CODE},
    "sessions_app/_snippet_options.html": {"option in options": snippets.MOST},
    "sessions_app/note_template.html": {"field in form": CODE},
    "sessions_app/note_templates.html": {
        "row in rows": note_templates.MOST,
        "each in standard": CODE,
        "field in form": CODE,
    },
    "sessions_app/snippet.html": {"field in form": CODE},
    "sessions_app/snippets.html": {"row in rows": snippets.MOST, "field in form": CODE},
    "sessions_app/_posts.html": {"entry in posts.entries": history.MOST_SHOWN},
    "sessions_app/_record.html": {"format in formats": CODE},
    "sessions_app/_removed.html": {"step in removed": page.MOST_REMOVED},
    "sessions_app/_spin_offs.html": {"standing in spun": spin_off.MOST_SHOWN},
    "sessions_app/_files_fields.html": {"file in step.shown_files": bounds.MOST_OF_STEP},
    "sessions_app/_step_files.html": {"file in files": bounds.MOST_OF_STEP},
    "sessions_app/_step_fields.html": {
        "choice in form.kind": CODE,
        "hidden in form.hidden_fields": CODE,
    },
    "sessions_app/_steps.html": {"row, form in rows": 2 * stretches.MOST_STEPS + 2},
    "sessions_app/dashboard.html": {
        "standing in creations": dashboard.SHOWN,
        "post in posts": dashboard.SHOWN,
        "session in sessions": dashboard.SHOWN,
    },
    "sessions_app/details.html": {"field in form.visible_fields": CODE},
    "sessions_app/list.html": {"session in page": sessions_views.PAGE_SIZE},
    "sessions_app/_day_line.html": {
        "piece in line.pieces": my_day.MOST_PIECES,
        "entry in line.entries": my_day.MOST_LINES,
    },
    "sessions_app/_day_picture.html": {
        "at in picture.hours": "the hours of a day",
        "bar in picture.bars": my_day.MOST_PIECES,
    },
    "sessions_app/_week.html": {"column in week": "the days of a week"},
    "sessions_app/my_day.html": {
        "line in day.lines": my_day.MOST_LINES,
        "gap in day.gaps": "between hours of a day",
        "overlap in day.overlaps": my_day.MOST_PIECES,
    },
    "sessions_app/time_sums.html": {"row in page": time_sums_views.PAGE_SIZE},
    "sessions_app/worked.html": {
        "gap in worked.told_gaps": worked.MOST_GAPS,
        "span in page": worked_views.PAGE_SIZE,
    },
    "sessions_app/new.html": {
        "field in form.visible_fields": CODE,
        "hidden in form.hidden_fields": CODE,
    },
    "styleguide/_form.html": {"field in form": CODE},
    "styleguide/_texts.html": {"visibility in visibilities": CODE},
    "styleguide/_ticket.html": {"tone in tones": CODE},
    "styleguide/dialog.html": {"field in form": CODE},
    "tickets/_add_person.html": {"member in offer.members": PSA},
    "tickets/_configurations.html": {"one in configurations": PSA},
    "tickets/_left_out.html": {"sentence in sentences": CODE},
    "tickets/_new_alike.html": {"one in alike": creating.MOST_ALIKE},
    "tickets/_new_company.html": {"value, words in form.several.company": PSA},
    "tickets/_new_contact.html": {"value, words in form.several.contact": creating.MOST_CONTACTS},
    "tickets/_notes.html": {"right in missing_rights": CODE, "line in lines": timeline.SHOWN},
    "tickets/_people.html": {"person in assigned": PSA},
    "tickets/_picked.html": {"row in picked.rows": picker.SHOWN},
    "tickets/_posts.html": {"one in open_posts": noting.SHOWN},
    "tickets/_related.html": {"one in related": PSA},
    "tickets/_rows.html": {"row in rows": listing.PAGE_SIZE},
    "tickets/_status.html": {"one in statuses": PSA},
    "tickets/board_statuses.html": {"status in statuses": PSA},
    "tickets/companies.html": {"name, value in hidden": CODE, "company, query in options": PSA},
    "tickets/new_options.html": {
        "id, name, more in options": PSA,
        "carried_name, value in carried.items": CODE,
    },
}


def loops():
    """Return the loops of each template that has any."""
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        if heads := set(_FOR.findall(path.read_text())):
            found[str(path.relative_to(TEMPLATES))] = heads
    return found


def test_every_loop_of_a_template_has_its_bound_here():
    unbounded = {name: heads - BOUNDS.get(name, {}).keys() for name, heads in loops().items()}
    assert {name: heads for name, heads in unbounded.items() if heads} == {}


def test_every_bound_here_is_of_a_loop():
    there = loops()
    stale = {name: bounds.keys() - there.get(name, set()) for name, bounds in BOUNDS.items()}
    assert {name: heads for name, heads in stale.items() if heads} == {}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_is_what_a_page_can_show(name):
    numbers = [bound for bound in BOUNDS[name].values() if isinstance(bound, int)]
    assert all(0 < number <= 2_000 for number in numbers)
