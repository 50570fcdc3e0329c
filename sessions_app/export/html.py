"""The record as one HTML file: complete, self-contained, everything typed is escaped."""

from html import escape

from sessions_app.export.document import Document, FileRecord, Item

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
    "color:#1e2028;background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}"
    "p,li span{white-space:pre-wrap;overflow-wrap:anywhere}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f1f3f7;padding:.75rem}"
    "figure{margin:.75rem 0}img{max-width:100%;border:1px solid #d1d5db}"
    "header p,footer,figcaption{color:#4b5563}"
)


def render(document: Document) -> str:
    """Return the file's text."""
    title = f"Session Analysis — {document.title}"
    facts = " | ".join(fact for fact in (*document.facts, document.client) if fact)
    body = "".join(
        [
            f"<header><h1>{escape(title)}</h1>\n{_paragraph(facts)}</header>\n",
            _section("Summary", _text(document.summary)),
            _section("What we know", _list("ul", [_item(item) for item in document.known])),
            _section("Steps taken", _list("ol", [_item(item) for item in document.steps])),
            _section("Resolution", _text(document.resolution)),
            _section(
                "Next steps",
                _list("ul", [f"<span>{escape(line)}</span>" for line in document.next_steps]),
            ),
            f"<footer>ResolutionFlow · {escape(document.reference)}</footer>\n",
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{body}</section>\n" if body else ""


def _paragraph(text: str) -> str:
    # dir="auto": each text reads in its own direction, whatever stands around it.
    return f'<p dir="auto">{escape(text)}</p>\n' if text else ""


def _text(text: str) -> str:
    return "".join(_paragraph(part) for part in text.split("\n\n"))


def _list(tag: str, items: list[str]) -> str:
    rows = "".join(f'<li dir="auto">{item}</li>\n' for item in items)
    return f"<{tag}>\n{rows}</{tag}>\n" if items else ""


def _file(file: FileRecord) -> str:
    said = f'<span dir="auto">{escape(file.line)}</span>'
    if not file.source:
        return f"<p>{said}</p>\n"
    shown = f'<img src="{escape(file.source)}" alt="">'
    return f"<figure>{shown}\n<figcaption>{said}</figcaption></figure>\n"


def _item(item: Item) -> str:
    parts = [f"<span>{escape(item.line)}</span>"]
    if item.notes:
        parts.append(_paragraph(item.notes))
    parts += [_file(file) for file in item.files]
    if item.command_output:
        parts.append(f'<pre dir="auto">\n{escape(item.command_output)}</pre>\n')
    return "".join(parts)
