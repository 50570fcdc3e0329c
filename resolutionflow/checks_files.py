"""System checks on where pictures and files are kept: a store that is missing, or open to readers.

They ask no service anything: whether a store answers shows when a file is sent, and `prune` says.
"""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from resolutionflow.lib.sites import SiteNotAllowed, parse_origin

_NEEDED = ("storages", "boto3")


@register(Tags.files)
def check_files_store(**_kwargs: Any) -> list[CheckMessage]:
    """E014, E015: a store that speaks S3 is chosen, and cannot be used as it is set."""
    chosen = settings.FILES_S3
    named = [name for name in ("endpoint_url", "access_key", "secret_key") if chosen[name]]
    if not chosen["bucket_name"]:
        if not named:
            return []
        return [_wrong_store("FILES_S3_… is set, but no FILES_S3_BUCKET.", "Name the bucket.")]
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        return [
            Error(
                f"FILES_S3_BUCKET is set, but {' and '.join(missing)} is not installed.",
                hint="Install them: pip install --require-hashes -r requirements/s3.txt",
                id="resolutionflow.E014",
            )
        ]
    return [_wrong_store(wrong, hint) for wrong, hint in _wrong_with(chosen)]


def _wrong_with(chosen: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if bool(chosen["access_key"]) != bool(chosen["secret_key"]):
        yield (
            "Of FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY one is missing.",
            "Set both, or neither where the machine has a role that may use the bucket.",
        )
    if chosen["endpoint_url"]:
        try:
            parse_origin(chosen["endpoint_url"])
        except SiteNotAllowed:
            yield (
                f"FILES_S3_ENDPOINT: {chosen['endpoint_url']!r} is not one whole origin.",
                "Write it as https://s3.example.com, or leave it empty for Amazon's.",
            )


def _wrong_store(wrong: str, hint: str) -> CheckMessage:
    return Error(wrong, hint=hint, id="resolutionflow.E015")


@register(Tags.files, deploy=True)
def check_files_in_clear_text(**_kwargs: Any) -> list[CheckMessage]:
    """W005: customers' pictures and the store's key would leave in clear text."""
    if not (settings.FILES_S3["endpoint_url"] or "").startswith("http://"):
        return []
    return [
        Warning(
            "FILES_S3_ENDPOINT is not https: pictures, files and the key leave in clear text.",
            hint="Right for a store on this machine only.",
            id="resolutionflow.W005",
        )
    ]


@register(Tags.files)
def check_files_folder(**_kwargs: Any) -> list[CheckMessage]:
    """E016: files would lie where the web server shows static files to everybody."""
    folder = Path(settings.MEDIA_ROOT).resolve()
    served = [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]
    if not any(folder.is_relative_to(each.resolve()) for each in served):
        return []
    return [
        Error(
            "MEDIA_ROOT lies in a folder of static files, which everybody may read.",
            hint="Name a folder of its own, such as /srv/resolutionflow/files.",
            id="resolutionflow.E016",
        )
    ]


@register(Tags.files, deploy=True)
def check_files_folder_can_be_written(**_kwargs: Any) -> list[CheckMessage]:
    """W006: no picture or file could be kept."""
    if settings.FILES_S3["bucket_name"]:
        return []
    folder = Path(settings.MEDIA_ROOT).resolve()
    standing = next(each for each in (folder, *folder.parents) if each.exists())
    if standing.is_dir() and os.access(standing, os.W_OK | os.X_OK):
        return []
    return [
        Warning(
            f"MEDIA_ROOT: nothing can be written to {standing}.",
            hint="Make the folder, and give it to the user that the application runs as.",
            id="resolutionflow.W006",
        )
    ]
