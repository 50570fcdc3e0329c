"""Takes secrets out of text that is about to leave for another service.

Engineers paste what they have: command output, connection strings, a password that a user
read out. A mask keeps the sentence readable ("the password is [hidden]") and errs on the
side of hiding. It cannot know a secret that looks like any other word; it knows what stands
beside words such as "password", and shapes that only secrets have.
"""

import re

HIDDEN = "[hidden]"

_WORDS = (
    r"pass(?:word|wd|phrase|code|wort)?|pwd|kennwort|mot de passe|contrase(?:ñ|n)a|senha|"
    r"wachtwoord|parola|parool|lösenord|adgangskode|пароль|hasło|parole|"
    r"secret(?:[ _-]?(?:access[ _-]?)?key)?|(?:client|shared|app)[ _-]?secret|"
    r"pre-?shared[ _-]?key|psk|"
    r"api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|private[ _-]?key|public[ _-]?key|account[ _-]?key|"
    r"(?:access|refresh|auth|bearer|session|id)?[ _-]?token|authorization|credentials?|cookie|"
    r"pin|otp|mfa[ _-]?code|recovery[ _-]?(?:key|code)|bitlocker[ _-]?key|community[ _-]?string|"
    r"connection[ _-]?string"
)
# What people say about a password, rather than the password: "is wrong", "is not accepted".
_TALK = (
    r"(?!(?:wrong|not|no|now|never|still|being|been|the|an?|too|about|set|shared|same|weak|unknown|"
    r"expired|expiring|invalid|incorrect|lost|locked|needed|required|forgotten|missing|rejected|"
    r"accepted|asked|changed|reset|updated|valid|stored|falsch|abgelaufen|nicht|weg|incorrecte|incorrecta|expirée?|falsa)\b)"
)
# "password: x", "password is x", "pwd=x", quoted or not.
_NAMED = re.compile(
    rf"(?i)(?<![a-z])((?:{_WORDS})s?\b[\"'`]*\s*"
    rf"(?::|=>?|→|->|\b(?:is|was|lautet|ist|est|es)\b\s+{_TALK})\s*(?:basic\s+|bearer\s+)?)"
    r"(\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|[^\s,;]+)"
)
# What looks like no ordinary word, nor like a day or an hour: it has a digit, and more.
_ODD = (
    r"(?!\d{4}-\d\d-\d\d|\d{1,2}[:.]\d\d\b)(?=\S*\d)"
    r"(\"[^\"\n]{4,}\"|'[^'\n]{4,}'|[^\s,;\"']{4,})"
)
_SHORT = r"pw|mdp|clave|(?:wi-?fi|wpa[23]?|wlan)[ -]?(?:key|schlüssel|passphrase)"
# "password for j.smith: x", "the password is now x", "pw: x": some words may stand between.
_FURTHER = re.compile(
    rf"(?i)(?<![a-z])((?:{_WORDS}|{_SHORT})s?\b[\"'`]*(?:[ \t]+[\w.'@\\-]+){{0,5}}?[ \t]*"
    r"(?::|=|[ \t][–-](?=[ \t])|\b(?:is|was|lautet|ist|est|es)\b)"
    rf"(?:[ \t]+(?:now|still|currently|(?:set|changed|reset)[ \t]+to))?[ \t]*){_ODD}"
)
# "reset his password to x": a verb before, because "the password to SRV01" names a server.
_SET_TO = re.compile(
    r"(?i)(\b(?:re)?(?:set|change[ds]?|changing|update[ds]?)\b(?:[ \t]+[\w.'@-]+){0,4}?"
    rf"[ \t]+(?:{_WORDS}|{_SHORT})s?[ \t]+to[ \t]+){_ODD}"
)
# Ways in which commands, devices and files carry one; what is found stands in the last group.
_COMMANDS = tuple(
    re.compile(rf"(?i)({before})([^\s<]+)")
    for before in (
        r"\bcurl\b[^\n|]{0,200}?\s(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,100}:",
        r"\b(?:psexec|plink|sshpass|mysqldump|mysql)\b[^\n|]{0,200}?\s-p ?",
        r"\bnet\s+use\b[^\n]{0,200}?/user:\S{1,100}\s+",
        r"\bnet\s+user\s+\S{1,100}\s+(?=[^/\s])",
        r"\bConvertTo-SecureString\s+(?:-String\s+)?(?=[^$\s-])",
        r"\bsnmp-server\s+community\s+",
        r"\b(?:password|secret)\s+\d\s+",
        rf"<(?:{_WORDS})[^>\n]{{0,100}}>",
        r"\b(?:creds?|credentials|log-?in|logon)\s*[:=]\s*[\w.@\\-]{1,100}\s*/\s*",
    )
)
# "password Hunter2!": only what looks like no ordinary word.
_BESIDE = re.compile(
    r"(?i)(?<![a-z])((?:password|passwd|passphrase|pwd|kennwort|passwort|contraseña|senha|pin)\s+[\"'`]?)"
    r"(?=\S*[0-9])(?=\S*[a-z!@#$%^&*])(\S{6,})"
)
_PIN = re.compile(r"(?i)\b((?:pin|otp|passcode|code)\s+)\d{4,8}\b")
_SHAPES = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        r"(?i)\b(?:basic|bearer)\s+[a-z0-9+/=._~-]{16,}",
        r"\bsk-[\w-]{16,}",
        r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abpors]-|AIza|ya29\.|SG\.|npm_|dop_v1_)[\w.-]{16,}",
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bgAAAAA[\w=-]{20,}",
        r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",  # a JSON web token
        r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",  # user and password of a URL
        r"(?i)\b\d{6}(?:-\d{6}){7}\b",  # a BitLocker recovery key
        r"\b[0-9a-fA-F]{32,}\b",
        r"(?<![\w/+])(?=[\w/+]*[a-z])(?=[\w/+]*[A-Z])(?=[\w/+]*\d)[A-Za-z0-9+/]{40,}={0,2}",
    )
)
_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")


def mask(text: str) -> str:
    """Return the text with what looks like a secret replaced by HIDDEN; masking twice is safe."""
    for shape in _SHAPES:
        text = shape.sub(HIDDEN, text)
    for named in (*_COMMANDS, _SET_TO, _FURTHER, _NAMED):
        text = named.sub(_hide_value, text)
    text = _PIN.sub(rf"\1{HIDDEN}", _BESIDE.sub(rf"\1{HIDDEN}", text))
    return _DIGITS.sub(lambda match: HIDDEN if _is_card(match[0]) else match[0], text)


def _hide_value(match: re.Match[str]) -> str:
    value = match[2]
    end = value[-1] if value[-1] in ".)" and len(value) > 1 else ""
    return match[0] if HIDDEN in value else f"{match[1]}{HIDDEN}{end}"


def _is_card(text: str) -> bool:
    """Tell a card number from any other long number by its check digit (Luhn)."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [sum(divmod(2 * each, 10)) for each in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
