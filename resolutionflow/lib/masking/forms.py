"""The forms in which tools, devices and files print secrets; a word beside them may be missing.

Each row is what stands before the value, and the value. Families are tested with at least a dozen
members each (tests/lib/test_masking_forms.py): what finds one device's line finds the next one's.
"""

import re

_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`"
_WORD = rf"({_QUOTED}|[^\s<]+)"
# In a sentence one of these follows where a configuration has the value: "the key is wrong".
_NO_TALK = (
    r"(?!(?:is|was|are|has|had|have|and|or|for|on|in|at|to|of|from|by|the|an?|not|no|with|must|does|"
    r"do|did|will|would|can|could|should|mismatch|missing|wrong|expired|invalid|length|policy|"
    r"stored|set|reset|ist|war|und|oder|nicht|für|auf)(?![\w.-])|[-=:|]+(?:\s|$))"
)
_CONFIGURED = _NO_TALK + _WORD
# How a configuration says in which form the value follows.
_FORM = (
    r"(?:(?:ENC|encrypted|plain-?text|ciphertext|cipher|irreversible-cipher|simple|ascii-text|ascii|"
    r"hexadecimal|hex|clear|sha\d*|md5|scrypt|pbkdf2|\d)[ \t]+)"
)
_BLANK = r"[ \t]+"
_REST = r"[^\n|]{0,200}?"

Rows = tuple[tuple[str, str], ...]

WIRELESS: Rows = (
    (
        r"\b(?:key content|schlüsselinhalt|contenu de la clé|contenido de la clave|"
        r"contenuto (?:della )?chiave|conteúdo da chave|sleutelinhoud|inhoud van sleutel|"
        r"zawartość klucza|nyckelinnehåll|nøgleindhold|nøkkelinnhold|содержимое ключа)"
        r"[ \t]*:[ \t]*",
        r"(\S[^\n]*)",
    ),
    (r"<keyMaterial>", r"([^<\n]+)"),
    (rf"\bnetsh\b{_REST}\bkey(?:Material)?=", _WORD),
    (rf"\bnmcli\b{_REST}\b(?:password|psk){_BLANK}", _WORD),
    (rf"\bwpa_passphrase{_BLANK}(?:\"[^\"\n]*\"|\S+){_BLANK}", _WORD),
    (rf"\bwpa-(?:psk|passphrase){_BLANK}{_FORM}{{0,2}}", _CONFIGURED),
    (rf"\bset-key{_BLANK}{_FORM}{{0,2}}", _CONFIGURED),
    (
        r"[\"']?\bx_\w{0,40}?(?:key|secret|passphrase|passwd|password|psk)[\"']?[ \t]*[:=][ \t]*",
        r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s,}]+)",
    ),
)
DEVICES: Rows = (
    (rf"\bcrypto{_BLANK}(?:isakmp|ikev[12]){_BLANK}key{_BLANK}{_FORM}?", _CONFIGURED),
    (
        rf"\b(?:tacacs|radius|aaa|ldap)(?:-server|-host)?\b{_REST}"
        rf"\b(?:key|secret|shared-secret|password){_BLANK}{_FORM}?",
        _CONFIGURED,
    ),
    (rf"\bkey-string{_BLANK}{_FORM}?", _CONFIGURED),
    (
        rf"\b(?:authentication-key|message-digest-key){_BLANK}(?:\d+{_BLANK})?(?:hmac-\S+{_BLANK})?"
        rf"{_FORM}{{0,2}}",
        _CONFIGURED,
    ),
    (
        rf"\b(?:standby|vrrp|glbp){_BLANK}\d+{_BLANK}authentication{_BLANK}"
        rf"(?:md5{_BLANK}key-string{_BLANK}|text{_BLANK})?{_FORM}?",
        _CONFIGURED,
    ),
    (rf"\bneighbor{_BLANK}\S{{1,100}}{_BLANK}password{_BLANK}{_FORM}?", _CONFIGURED),
    (rf"\bppp{_BLANK}(?:chap|pap)\b{_REST}\bpassword{_BLANK}{_FORM}?", _CONFIGURED),
    (rf"\bsnmp-server{_BLANK}user\b{_REST}\bauth{_BLANK}(?:md5|sha\S*){_BLANK}", _CONFIGURED),
    (
        rf"\bsnmp-server{_BLANK}user\b{_REST}\bpriv{_BLANK}(?:3?des|aes\S*)(?:{_BLANK}\d+)?{_BLANK}",
        _CONFIGURED,
    ),
    (rf"\bsnmp-server{_BLANK}host\b{_REST}\bversion{_BLANK}2c{_BLANK}", _CONFIGURED),
    (
        rf"\b(?:set{_BLANK}snmp|snmp-agent){_BLANK}community{_BLANK}(?:(?:read|write){_BLANK})?"
        rf"{_FORM}?",
        _CONFIGURED,
    ),
    (
        rf"^[ \t]*(?:username|user|local-user){_BLANK}(?!and\b|or\b|und\b|oder\b)\S{{1,64}}"
        rf"(?:{_BLANK}privilege{_BLANK}\d+)?{_BLANK}(?:secret|password){_BLANK}{_FORM}?",
        _CONFIGURED,
    ),
    (
        rf"^[ \t]*set{_BLANK}(?:[\w./-]+{_BLANK}){{0,6}}?(?:psksecret|ppk-secret|pre-?shared-"
        r"(?:key|secret)|presharedkey|private-key|passwd|password|passphrase|secret|shared-?secret|"
        r"(?:auth|priv|sso|group|encrypted|simple)-(?:pwd|password)|server-key|key|phash)"
        rf"{_BLANK}{_FORM}?",
        _CONFIGURED,
    ),
    (rf"\bpsksecret{_BLANK}{_FORM}?", _CONFIGURED),
    (
        rf"\bpre-shared-(?:key|secret){_BLANK}(?:(?:local|remote|key){_BLANK}|"
        rf"(?:address|hostname){_BLANK}\S+{_BLANK}(?:key{_BLANK})?)?{_FORM}?",
        _CONFIGURED,
    ),
    (
        r"\b(?:encrypted-password|simple-password|shared-secret|auth-password|privacy-password|"
        rf"authentication-password|wpa-passphrase|bindpw){_BLANK}{_FORM}?",
        _CONFIGURED,
    ),
    (
        rf"\b(?:password|secret|key|passphrase|md5){_BLANK}(?:manager{_BLANK}(?:user-name{_BLANK}\S+"
        rf"{_BLANK})?)?(?:ENC|encrypted|plain-?text|ciphertext|cipher|irreversible-cipher|"
        rf"ascii-text){_BLANK}",
        _CONFIGURED,
    ),
    (r"\bphash[ \t]*[:=][ \t]*|<phash>", _WORD),
)
WINDOWS: Rows = (
    (r"\"p\"[ \t]*:[ \t]*", r"(\"(?:[^\"\\\n]|\\.){6,}\")"),
    (r"\b(?:ms-Mcs-AdmPwd|msLAPS-(?:Encrypted)?Password|AdmPwd)[ \t]*[:=][ \t]*", r"(\S[^\n]*)"),
    (r"<[\w:.-]{0,40}?(?:password|pwd)>\s{0,100}<Value>", r"([^<\n]+)"),
    (rf"\b\w{{0,40}}?Password\w{{0,20}}{_BLANK}REG_(?:EXPAND_)?SZ{_BLANK}", r"(\S[^\n]*)"),
    (rf"\b(?:sqlcmd|osql|isql|bcp)\b{_REST}\s(?-i:-P)[ \t]*", _WORD),
    (
        r"\b(?:wmic|netdom|cmdkey|djoin|shutdown|mstsc|wecutil|nltest|net|dism|msiexec|winrs|"
        rf"psexec)\b{_REST}/(?:p|pass|password|passwordd|passwordo|pd|po|pw)[:=]",
        _WORD,
    ),
    (rf"\b(?:dsadd|dsmod)\b{_REST}\s-pwd{_BLANK}", _WORD),
    (rf"\brasdial{_BLANK}(?:\"[^\"\n]*\"|[^\s/]\S*){_BLANK}[^\s/]\S*{_BLANK}(?!/)", _WORD),
    (
        rf"\b(?:tasklist|taskkill|systeminfo|schtasks|driverquery|getmac|eventcreate)\b{_REST}\s/p"
        rf"{_BLANK}",
        _WORD,
    ),
    (rf"\bwinrs\b{_REST}\s[-/]p:", _WORD),
    (
        r"\b(?:NetworkCredential|PSCredential)[ \t]*\(?[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*')"
        r"[ \t]*,[ \t]*",
        rf"({_QUOTED})",
    ),
)
CLOUD: Rows = (
    (
        r"[?&](?:sig|signature|code|token|access_token|refresh_token|id_token|key|api-?key|api_key|"
        r"x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|password|passwd|"
        r"pwd|secret|client_secret|subscription-key|auth|samlresponse)=",
        r"([^&\s\"'<>]+)",
    ),
    (r"\bsig=", r"([^&\s\"'<>;]{16,})"),
    (r"\bSharedAccess(?:Key|Signature)[ \t]*=[ \t]*", r"([^;\s\"']+)"),
    (r"\bhooks\.slack\.com/(?:services|workflows|triggers)/", r"([^\s\"'<>]+)"),
    (r"\bdiscord(?:app)?\.com/api/webhooks/\d+/", r"([^\s\"'<>]+)"),
    (r"\b(?:webhook\.office\.com/webhookb2|outlook\.office\.com/webhook)/", r"([^\s\"'<>]+)"),
    (r"\bchat\.googleapis\.com/v1/spaces/", r"([^\s\"'<>]+)"),
    (r"\bhealthchecks\.io/ping/|\bhc-ping\.com/|\bnotify\.run/", r"([^\s\"'<>]+)"),
)
TOOLS: Rows = (
    (
        r"\s--?(?:pass(?:word|wd|phrase|code)?|pwd|pw|token|secret|api-?key|access-?key|secret-?key|"
        r"client-?secret|auth-?token|storepass|keypass|psk|l2tppsk|pre-?shared-?key|bind-?pw|"
        r"shared-?secret|(?:http|ftp|proxy|admin|root|vault|rpc|db|user|account|new|old|"
        r"safemodeadministrator)-?pass(?:word)?)(?:[ \t]+|[=:])(?![-$<({@\\])",
        _CONFIGURED,
    ),
    (
        rf"\b(?:(?:docker|podman|oc|helm|az|nerdctl|skopeo){_BLANK}(?:registry{_BLANK})?login|mongo(?:sh|"
        r"dump|restore|export|import)?|evil-winrm|nxc|netexec|crackmapexec|rdesktop|cqlsh|"
        rf"rabbitmqadmin|influx)\b{_REST}\s(?-i:-p){_BLANK}",
        _WORD,
    ),
    (rf"\b7z[arz]?\b{_REST}\s(?-i:-p)(?=\S)", _WORD),
    (rf"\brar\b{_REST}\s(?-i:-hp|-p)(?=\S)", _WORD),
    (rf"\b(?:unzip|zip|ipmitool)\b{_REST}\s(?-i:-P)[ \t]*", _WORD),
    (rf"\bldap(?:search|modify|add|delete|whoami|passwd|compare)\b{_REST}\s(?-i:-w)[ \t]*", _WORD),
    (rf"\bredis-cli\b{_REST}\s(?-i:-a){_BLANK}", _WORD),
    (rf"^[ \t]*(?:requirepass|masterauth){_BLANK}", _WORD),
    (
        rf"\bsnmp(?:walk|get|getnext|bulkwalk|bulkget|set|table|trap)\b{_REST}\s(?-i:-c)[ \t]*",
        _WORD,
    ),
    (rf"\bsnmp(?:walk|get|getnext|bulkwalk|bulkget|set)\b{_REST}\s(?-i:-A){_BLANK}", _WORD),
    (rf"\bsnmp(?:walk|get|getnext|bulkwalk|bulkget|set)\b{_REST}\s(?-i:-X){_BLANK}", _WORD),
    (rf"\s-pass(?:in|out)?{_BLANK}pass:", _WORD),
    (rf"\bhtpasswd\b[^\n|]{{0,60}}?\s-\w*b\w*{_BLANK}\S+{_BLANK}\S+{_BLANK}", _WORD),
    (rf"\bmachine{_BLANK}\S+\s+login{_BLANK}\S+\s+password{_BLANK}", _WORD),
    (
        rf"\becho{_BLANK}(?:-n{_BLANK})?",
        rf"({_QUOTED}|[^\s|]+)(?=[ \t]*\|[ \t]*(?:passwd|chpasswd|smbpasswd|sudo{_BLANK}-S|"
        r"(?:docker|podman)[ \t]+login|cryptsetup))",
    ),
    (r"^[ \t]*[\w.*-]+:(?:\d{2,5}|\*):[\w.*-]+:[\w.*-]+:", r"([^\s:]+)(?=\s|$)"),
    (
        r"\b(?:psexec|wmiexec|smbexec|secretsdump|getuserspns|getnpusers|atexec|dcomexec)\.py\b"
        r"[^\n]{0,100}?[\w.-]+/[\w.-]+:",
        r"([^\s@]+)",
    ),
    (
        rf"\bidentified{_BLANK}(?:with{_BLANK}\S+{_BLANK})?by{_BLANK}(?:password{_BLANK})?",
        rf"({_QUOTED})",
    ),
    (r"\bpassword[ \t]*=[ \t]*N", rf"({_QUOTED})"),
    (rf"\bpassword{_BLANK}", r"('[^'\n]{4,}')"),
)
ALL = tuple(
    re.compile(rf"(?im)({before}){value}")
    for family in (WIRELESS, DEVICES, WINDOWS, CLOUD, TOOLS)
    for before, value in family
)
