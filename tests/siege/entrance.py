"""Log-ins: cookies, letters, the end of a log-in, and what the security log says."""

import json
import re
import time

from tests.siege.attack import Found, attack, control
from tests.siege.installation import PASSWORD, Installation, email_of
from tests.siege.visitor import HOST, URL
from tests.staging.entrance import is_logged_in, leads_to_log_in

LETTER_WITHIN = 10.0


@attack("cookies")
def cookies(besieged: Installation) -> Found:
    """Browsers take __Host- cookies over HTTPS from this host alone."""
    visitor = besieged.visitor("203.0.113.20")
    answer = visitor.log_in(email_of("Aster", "viewer"), PASSWORD)
    control(is_logged_in(answer), "a right password lets in")
    first = visitor.get("/login/").headers.get_list("set-cookie")
    lines = [*answer.headers.get_list("set-cookie"), *first]
    bad = [
        line.partition("=")[0]
        for line in lines
        if not (line.startswith("__Host-") and "Secure" in line and "Path=/" in line)
    ]
    readable = [
        line.partition("=")[0] for line in lines if "HttpOnly" not in line and "csrf" not in line
    ]
    names = sorted({line.partition("=")[0] for line in lines})
    return Found(f"{', '.join(names)}: Secure, Path=/", holds=bool(names) and not bad + readable)


@attack("host-header")
def host_header(besieged: Installation) -> Found:
    """Ask for a new password under another host: the letter leads to PUBLIC_URL or is not sent."""
    visitor = besieged.visitor("203.0.113.21")
    email = email_of("Aster", "viewer")
    forged = [
        visitor.post("/password/", {"email": email}, headers={"Host": "evil.example"}).status_code,
        visitor.post(
            "/password/", {"email": email}, headers={"X-Forwarded-Host": "evil.example"}
        ).status_code,
    ]
    visitor.post("/password/", {"email": email})
    letters = _letters(besieged)
    control(f"{URL}/password/" in letters, "a letter with a link to a new password comes")
    refused = f"Host: {forged[0]}, X-Forwarded-Host ignored: {forged[1]}"
    return Found(refused, holds=forged[0] == 400 and "evil.example" not in letters)


def _letters(besieged: Installation) -> str:
    """Return the letters that were sent, once there are any; a thread sends them."""
    ends = time.monotonic() + LETTER_WITHIN
    while time.monotonic() < ends:
        texts = "".join(each.read_text() for each in besieged.letters.iterdir())
        if HOST in texts or "evil" in texts:
            # Quoted-printable breaks long lines.
            return texts.replace("=\n", "")
        time.sleep(0.2)
    return ""


@attack("end-log-ins")
def end_log_ins(besieged: Installation) -> Found:
    """Whoever copied a log-in is out when its person ends all others."""
    email = email_of("Borage", "viewer")
    thief, person = besieged.logged_in(email), besieged.logged_in(email)
    control(thief.get("/").status_code == 200, "two log-ins of one person work side by side")
    page = person.get("/account/me/logins/")
    control(page.status_code == 200, "one's log-ins are listed")
    person.post("/account/me/logins/", {"end": "others"})
    out = leads_to_log_in(thief.get("/"))
    stays = person.get("/").status_code == 200
    return Found(
        f"the other log-in is {'over' if out else 'alive'}, the own "
        f"{'stays' if stays else 'is over'}",
        holds=out and stays,
    )


@attack("admin-password-change")
def admin_password_change(besieged: Installation) -> Found:
    """Django admin sends to the page that is braked and told of."""
    owner = besieged.logged_in(email_of("Borage", "owner"))
    answer = owner.get("/admin/password_change/")
    where = answer.headers.get("Location", "")
    return Found(f"{answer.status_code} to {where}", holds="/account/me/password/" in where)


@attack("security-log")
def security_log(besieged: Installation) -> Found:
    """Come, fail, go: each leaves a line, none holds what was typed."""
    visitor, address = besieged.visitor("203.0.113.77"), '"address": "203.0.113.77"'
    secret = "my-bank-password-7431"
    visitor.log_in(secret, "wrong password 12")
    visitor.log_in(email_of("Borage", "viewer"), "wrong password 12")
    control(is_logged_in(visitor.log_in(email_of("Borage", "viewer"), PASSWORD)), "log-in works")
    visitor.post("/logout/", {})
    time.sleep(0.5)
    log = besieged.log.read_text()
    lines = [json.loads(line) for line in log.splitlines() if address in line and line[:1] == "{"]
    events = {line["event"] for line in lines if "event" in line}
    wanted = {"login", "login_failed", "logout"}
    leaked = [word for word in (secret, "wrong password 12", PASSWORD) if word in log]
    hashed = [line for line in lines if re.fullmatch("[0-9a-f]{24}", str(line.get("user", "")))]
    now = f"lines {', '.join(sorted(events))}; an unknown name as a keyed hash; {len(leaked)} leaks"
    return Found(now, holds=wanted <= events and bool(hashed) and not leaked)
