"""Text of people and tools: what stands beside a word such as "password".

Engineers paste what they have: command output, connection strings, a password that a user
read out. A mask keeps the sentence readable ("the password is [hidden]") and errs on the
side of hiding. It cannot know a secret that looks like any other word; it knows what stands
beside words such as "password", and shapes that only secrets have.
"""

import re

from resolutionflow.lib.masking import forms
from resolutionflow.lib.masking.shapes import CERTAIN, HIDDEN, LIKELY, compiled

_MASKED = re.escape(HIDDEN)

_WORDS = (
    r"pass(?:word|wd|phrase|code|wort)?|pwd?|kennwort|mot de passe|mdp|contrase(?:ñ|n)a|senha|"
    r"wachtwoord|parola|parool|lösenord|adgangskode|пароль|hasło|parole|"
    r"secret(?:[ _-]?(?:access[ _-]?)?key)?|(?:client|shared|app)[ _-]?secret|"
    r"pre-?shared[ _-]?key|psk|"
    r"api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|private[ _-]?key|public[ _-]?key|account[ _-]?key|"
    r"(?:(?:access|refresh|auth|bearer|session|id)[ _-]?)?token|authorization|credentials?|cookie|"
    r"pin|otp|mfa[ _-]?code|recovery[ _-]?(?:key|code)|bitlocker[ _-]?key|community[ _-]?string|"
    r"connection[ _-]?string"
)
# These also end a longer word: "AdminPassword", "PGPASSWORD", "Windowskennwort".
# Their first letters come first, for speed.
_START = (
    r"(?=[abchiklmnoprstwп])"
    r"(?:(?<![a-z])|(?=pass(?:word|wort|wd|phrase)|kennwort|wachtwoord|pwd|secret|token|api_?key))"
)
# Words that also mean something else: only what looks like no ordinary word is hidden.
_SHORT = (
    r"clave|(?:wi-?fi|wpa[23]?|wlan|network|security)[ -]?(?:key|schlüssel|passphrase)|"
    r"netzwerkschlüssel"
)
_IS = r"\b(?:is|was|lautet|ist|est|es)\b"
_BECOMES = r"\b(?:is|was|will[ \t]+be|has[ \t]+been|lautet|ist|war|wurde|wird|est|es|será)\b"
# "12 characters", "90 days": what a rule about passwords says.
_COUNT = (
    r"\d{1,3}(?:-\d{1,3})?[ \t]+(?:char(?:acter)?s?|days?|weeks?|months?|hours?|zeichen|tage)\b"
)
# What people say about a password, rather than the password: "is wrong", "is not accepted".
_TALK = (
    r"(?!(?:wrong|not|no|now|never|still|being|been|the|an?|too|about|set|shared|same|weak|unknown|"
    r"expired|expiring|invalid|incorrect|lost|locked|needed|required|forgotten|missing|rejected|"
    r"accepted|asked|changed|reset|updated|valid|stored|falsch|abgelaufen|nicht|weg|incorrecte|"
    r"incorrecta|expirée?|falsa|in|on|at|as|from|sent|correct|right|ok|okay|fine|known|working|"
    rf"empty|blank|jetzt|nun|noch|auf|im|maintenant|ahora)(?=[\s.,;:!?)]|$)|{_COUNT})"
)
_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`"
# "password: x", "password is x", "pwd=x", quoted or not.
_NAMED = re.compile(
    rf"(?i){_START}((?:{_WORDS})s?\b[\"'`]*\s*"
    rf"(?::|=>?|→|->|{_IS}\s+{_TALK})\s*(?:basic\s+|bearer\s+)?)({_QUOTED}|[^\s,;]+)"
)
# What looks like no ordinary word, nor like a day, an hour, a count or an error's number: it
# has a digit or a sign. A sign at its end may belong to the sentence.
_SIGN = r"[\d@#$%^&*]"
_ODD = (
    rf"(?!\d{{4}}-\d\d-\d\d|\d{{1,2}}[:.]\d\d\b|(?:0x[0-9a-f]{{4,}}|aadsts\d+)\b|{_COUNT})"
    rf"(\d{{3}}[ -]\d{{3}}\b|\"(?=[^\"\n]*{_SIGN})[^\"\n]{{4,}}\"|'(?=[^'\n]*{_SIGN})[^'\n]{{4,}}'|"
    rf"`(?=[^`\n]*{_SIGN})[^`\n]{{4,}}`|"
    # Not too far on, because a text of nothing but such starts would be read again for each.
    rf"(?=[^\s,;\"'`]{{0,60}}?(?:{_SIGN}|[!~+=]\w))[^\s,;\"'`]{{4,}})"
)
# A word between, with quotes or brackets around it: "for", "j.smith", "(local)".
_BESIDES = r"[\"(]?[\w.'@\\-]+[\")]?"
_BETWEEN = rf"[ \t]+{_BESIDES}"
_CHANGED = (
    r"(?:(?:re)?set(?:ting)?|chang(?:e[ds]?|ing)|updat(?:e[ds]?|ing)|geändert|(?:zurück)?gesetzt|"
    r"changée?|cambi(?:é|ad[ao]))"
)
_TO = r"[ \t]+(?:back[ \t]+)?(?:to|auf|zu|en|à|a)[ \t]*:?[ \t]+"
# "password for j.smith: x", "the password is now x", "pw: x": some words may stand between.
_FURTHER = re.compile(
    rf"(?i){_START}((?:{_WORDS}|{_SHORT})s?\b[\"'`]*(?:{_BETWEEN}){{0,5}}?[ \t]*"
    rf"(?::[ \t]*\n?|=|→|->|[ \t][–—-](?=[ \t])|{_BECOMES})"
    r"(?:[ \t]+(?:now|still|currently|not|no[ \t]+longer|jetzt|nun|noch|nicht|maintenant|ahora))?"
    rf"(?:[ \t]+{_CHANGED}{_TO})?[ \t]*){_ODD}"
)
_CHANGES = tuple(
    re.compile(rf"(?i){pattern}{_ODD}{after}")
    for pattern, after in (
        # "reset his password to x": a verb before, because "the password to SRV01" is a server's.
        (rf"(\b{_CHANGED}\b(?:{_BETWEEN}){{0,4}}?[ \t]+(?:{_WORDS}|{_SHORT})s?{_TO})", ""),
        # "password was changed to x", "password reset to x", "password changed from x"
        (
            rf"{_START}((?:{_WORDS}|{_SHORT})s?\b(?:{_BETWEEN}){{0,4}}?[ \t]+{_CHANGED}"
            rf"(?:{_TO}|[ \t]+(?:from|von)[ \t]+))",
            "",
        ),
        (
            rf"(\b{_CHANGED}\b(?:{_BETWEEN}){{0,4}}?[ \t]+(?:{_WORDS})s?[ \t]+(?:from|von)[ \t]+)",
            "",
        ),
        (rf"((?:from|von)[ \t]+{_MASKED}{_TO})", ""),
        # "Passwort auf x geändert"
        (rf"{_START}((?:{_WORDS})(?:{_BETWEEN}){{0,3}}?[ \t]+auf[ \t]+)", rf"(?=[ \t]+{_CHANGED})"),
        # "use x as the password"
        (
            r"(?<!\S)()",
            rf"(?=[ \t]+(?:as|als)[ \t]+(?:{_BESIDES}[ \t]+){{0,2}}?(?:{_WORDS})\b)",
        ),
    )
)
# Ways in which commands, devices and files carry one; what is found stands in the last group.
_WORD = rf"({_QUOTED}|[^\s<]+)"
_LOGIN = r"(\b(?:creds?|credentials|log-?in|logon)"
_USER = r"(?!https?:)[\w.@\\-]{1,100}"
_COMMANDS = tuple(
    re.compile(rf"(?i){before}{value}")
    for before, value in (
        (r"(\bcurl\b[^\n|]{0,200}?\s(?:-u|--user)[ =]?\"[^\s:\"]{1,100}:)", r"([^\"\n]+)"),
        (r"(\bcurl\b[^\n|]{0,200}?\s(?:-u|--user)[ =]?'[^\s:']{1,100}:)", r"([^'\n]+)"),
        (r"(\bcurl\b[^\n|]{0,200}?\s(?:-u|--user)[ =]?[^\s:\"']{1,100}:)", _WORD),
        (r"(\bplink\b[^\n|]{0,200}?\s-pw[ \t]+)", _WORD),
        # A large P is the port of MySQL.
        (
            r"(\b(?:psexec(?:64)?|sshpass|mysqldump|mysql|mariadb)\b[^\n|]{0,200}?\s(?-i:-p) ?)",
            _WORD,
        ),
        (r"(\bschtasks\b[^\n|]{0,200}?\s/rp[ \t]+)", _WORD),
        (r"(\b[wx]freerdp\b[^\n|]{0,200}?\s/p:)", _WORD),
        (r"(\bsmbclient\b[^\n|]{0,200}?\s-U[ \t]*[^\s%]{1,100}%)", _WORD),
        (r"(\bnet\s+use\b[^\n]{0,200}?/user:\S{1,100}\s+)", _WORD),
        (
            r"(\bnet\s+use\s[^\n/]{0,200}?\\\\\S{1,100}[ \t]+)",
            rf"({_QUOTED}|[^\s/\"'][^\s]*)(?=[ \t]+/user:)",
        ),
        (r"(\bnet\s+user\s+\S{1,100}\s+(?=[^/\s]))", _WORD),
        (
            r"(\bConvertTo-SecureString(?:\s+-(?:String|AsPlainText|Force)\b){0,3}\s+(?=[^$\s-]))",
            _WORD,
        ),
        (r"()", rf"({_QUOTED})(?=[ \t]*\|[ \t]*ConvertTo-SecureString)"),
        (r"(\bsnmp-server\s+community\s+)", _WORD),
        # Cisco's number says how it is hidden; "tried the password 5 times" is no value.
        (r"(\b(?:password|secret)\s+0\s+)", _WORD),
        (r"(\b(?:password|secret|key(?=\s+[4-9]))\s+\d\s+)(?=[^\s<]*[\d$])", r"([^\s<]{2,})"),
        (r"(\benable\s+(?:password|secret)\s+(?!\d\s))", _WORD),
        (r"(\bwpa-psk\s+(?:ascii|hex)\s+\d\s+)", _WORD),
        (rf"(<[\w:.-]{{0,40}}?(?:{_WORDS})s?\b[^>\n]{{0,100}}>)", r"([^<\n]+(?=</)|[^\s<]+)"),
        (rf"{_LOGIN}\s*[:=]\s*{_USER}\s*/\s*)", _WORD),
        (rf"{_LOGIN}(?:[ \t]+(?:is|are))[ \t]+{_USER}[ \t]*/[ \t]*)", _ODD),
        (rf"(\bcreds?[ \t]+{_USER}[ \t]*/[ \t]*)", _ODD),
        (rf"(\b(?:creds?|credentials)[ \t]*[:=][ \t]*{_USER}(?:[ \t]*:[ \t]*|[ \t]+))", _ODD),
    )
)
# "password Hunter2!": only what looks like no ordinary word.
_BESIDE = re.compile(
    rf"(?i){_START}((?:password|passwd|passphrase|pwd?|kennwort|passwort|contraseña|senha|mdp|"
    rf"pin|{_SHORT})\s+[\"'`]?)(?!\S*{_MASKED})(?=\S*[0-9])(?=\S*[a-z!@#$%^&*])(\S{{6,}})"
)
_PIN = re.compile(r"(?i)\b((?:pin|otp|passcode|code)\s+)(?!\d{4}-\d\d-\d\d)\d{4,8}\b")
_SHAPES = compiled((*CERTAIN, *LIKELY))
_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")


def mask(text: str) -> str:
    """Return the text with what looks like a secret replaced by HIDDEN; masking twice is safe."""
    for shape in _SHAPES:
        text = shape.sub(HIDDEN, text)
    for named in (*forms.ALL, *_COMMANDS, *_CHANGES, _FURTHER, _NAMED):
        text = named.sub(_hide_value, text)
    text = _PIN.sub(rf"\1{HIDDEN}", _BESIDE.sub(rf"\1{HIDDEN}", text))
    return _DIGITS.sub(lambda match: HIDDEN if _is_card(match[0]) else match[0], text)


def names_secret(name: str) -> bool:
    """Return whether a secret stands under this name in data: "password", "adminPassword"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return any(_NAMED.search(f"{each}: x") for each in (name, spaced))


def _hide_value(match: re.Match[str]) -> str:
    value = match[2]
    end = value[-1] if value[-1] in ".)" and len(value) > 1 else ""
    return match[0] if HIDDEN in value else f"{match[1]}{HIDDEN}{end}"


def _is_card(text: str) -> bool:
    """Tell a card number from any other long number by its check digit (Luhn)."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [sum(divmod(2 * each, 10)) for each in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
