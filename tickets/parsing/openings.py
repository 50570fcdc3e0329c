"""What people say before they come to the matter: greetings, and asking for a ticket at all."""

import re

# What a sentence neither begins nor ends with.
EDGES = " \t\r\n,;:.–—->→|•"
_GREETING = re.compile(
    r"\A(?:hi|hiya|heya|howdy|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|"
    r"morning(?=\s*[,!.\n]| all\b| team\b| everyone\b)|"
    r"guten (?:tag|morgen|abend)|grüß gott|grüezi|servus|moin(?: moin)?|bonjour|bonsoir|salut|hola|"
    r"buenos d[ií]as|buenas(?: tardes)?|ciao|salve|buongiorno|buonasera|ol[aá]|bom dia|boa tarde|"
    r"hoi|goedemorgen|goedemiddag|goedendag|cześć|witam|dzień dobry|hejsan|hej|hei|"
    r"god (?:morgon|morgen|dag))"
    r"(?: (?:all|team|there|everyone|zusammen|à tous|a todos|tutti))?\b"
    r"(?:\s*[,!.:]+|\s+[–-])?(?:\s+|\Z)",
    re.IGNORECASE,
)
# What only asks for a ticket: "could you open one for Contoso?", "New ticket: …".
_WHO = "(?:(?:can|could|would|will) you|kannst du|könntest du|peux-tu|puedes|puoi|i|we|let's)"
_POLITELY = "(?:please|pls|bitte|mal|por favor|per favore|graag|me|us|up|un|aan|,)"
_OPEN = (
    "(?:open|create|raise|log|make|add|start|file|need|want|eröffnen?|öffnen?|erstellen?|mache?|"
    "ouvre|ouvrez|ouvrir|crée|créez|créer|abre|abrir|abra|crea|crear|apri|aprire|cria|criar|maak|"
    "utwórz|załóż|otwórz|öppna|skapa|opprett|opret)"
)
_A_NEW = (
    "(?:(?:an?|the|another|ein|das|une?|um|een|ett?) )?"
    "(?:(?:new|neues|nouveau|nuevo|nuovo|novo|nieuw|nowe|nytt?) )?"
)
_TICKET = "(?:ticket|case|chamado|zgłoszenie|ärende|sak|sag)(?: auf)?"
_ABOUT = (
    "(?: (?:for|about|regarding|re|on|at|für|zu|wegen|bei|pour|chez|para|de|per|da|pra|voor|bij|"
    r"dla|od|för|till?)\b|\s*:|\s+[–—-](?=\s))"
)
_OPENING = re.compile(
    rf"\A(?:{_WHO} )?(?:{_POLITELY} )*"
    rf"(?:{_OPEN} (?:{_POLITELY} )*{_A_NEW}(?:{_TICKET}|one|job|call)|{_A_NEW}{_TICKET})"
    rf"{_ABOUT}\s*[:–—-]?\s*",
    re.IGNORECASE,
)
_PLEASANTRY = re.compile(
    r"\A(?:i |we )?(?:hope|trust) (?:that )?(?:you|all|this|everyone)\b[^.!?\n]{0,50}[.!?\n]\s*|"
    r"\A(?:ich hoffe|wir hoffen|j'espère|espero|spero|hoop)\b[^.!?\n]{0,60}[.!?\n]\s*|"
    r"\Ahow are (?:you|things)\b[^.!?\n]{0,20}[?!.]\s*",
    re.IGNORECASE,
)
# Of "für Contoso: Outlook …", where what stood before it was an order.
_LEFT_BEFORE = re.compile(
    r"\A(?:for|für|pour|para|per|voor|dla|till|til)\s+(?=[^:.\n]{1,60}:\s)", re.IGNORECASE
)
_NOT_FOR = re.compile(
    r"\A(?:not for|nicht für|pas pour|no para|non per|niet voor)\b[^.!?,;:\n]{0,40}[.!?,;:]\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"\A(?:(?:fwd?|wg|re|aw|tr|rv|sv|vs)\s*:\s*)+", re.IGNORECASE)
# The rest of a German order: "ein Ticket für Müller aufmachen: …".
_VERB_AFTER = re.compile(
    r"\A([^.:!?\n]{0,60}?) (?:aufmachen|anlegen|erstellen|eröffnen|öffnen|aanmaken)"
    r"(?=\s*[:,.!?–—-])",
    re.IGNORECASE,
)
# A question that is asked before anything else, and is not all that is said.
_QUESTION = re.compile(r"\A([^.!?\n]{0,60})\?\s+(?=\S)")


def matter(text: str) -> str:
    """Return the text without what people say before they come to the matter."""
    bare = text
    for said in (_GREETING, _FORWARDED, _PLEASANTRY, _NOT_FOR, _LEFT_BEFORE):
        bare = said.sub("", bare, count=1).strip(EDGES)
    opening = _OPENING.match(bare)
    if opening is None:
        return bare
    # "Could you open one for Contoso? The scanner …": what follows is the matter.
    rest = _VERB_AFTER.sub(r"\1", bare[opening.end() :])
    return _QUESTION.sub(r"\1: ", rest, count=1).strip(EDGES)
