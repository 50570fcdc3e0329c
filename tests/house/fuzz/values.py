"""Values to fuzz with, as they stand in a query string or in a form's body.

They are percent-encoded already, because several are not valid UTF-8. NAME stands for the
parameter's own name.
"""

from urllib.parse import quote

LONG = 10_000

VALUES: dict[str, str] = {
    # Nothing, and next to nothing
    "empty": "",
    "blank": "%20",
    "tab and line ends": "%09%0D%0A",
    "no-break and zero width": quote("\u00a0\u200b\ufeff"),
    # What a database or a page cannot carry
    "NUL": "%00",
    "NUL inside": "a%00b",
    "controls": "%01%02%07%08%1B%7F",
    "C1 controls": quote("\u0080\u0085\u009f"),
    "half a surrogate pair": "%ED%A0%80",
    "both halves in CESU-8": "%ED%A0%BD%ED%B8%80",
    "invalid UTF-8": "%FF%FE%C3%28",
    "cut UTF-8": "%E2%82",
    "overlong slash": "%C0%AF",
    "beyond Unicode": "%F4%90%80%80",
    "noncharacters": quote("\uffff\ufdd0"),
    "percent alone": "%",
    "percent and letters": "%zz",
    "repeated": "1&NAME=2&NAME=",
    "array": "&NAME[]=1&NAME[a]=2&NAME[]=",
    # Numbers
    "zero": "0",
    "negative": "-1",
    "beyond 32 bits": "2147483648",
    "beyond 64 bits": "9223372036854775808",
    "5,000 digits": "9" * 5_000,
    "negative huge": "-" + "9" * 400,
    "float": "1.5",
    "exponent": "1e400",
    "not a number": "nan",
    "infinity": "-Infinity",
    "underscored number": "1_000",
    "hexadecimal": "0x1F",
    "Arabic digits": quote("١٢٣"),
    "superscript": quote("²"),
    "padded number": "%2B0001%20",
    # Days and moments
    "day one": "0001-01-01",
    "last day": "9999-12-31",
    "no such day": "2026-02-30",
    "year zero": "0000-00-00",
    "year of five digits": "10000-01-01",
    "day in American": "12%2F31%2F9999",
    "first moment, east": "0001-01-01T00:00:00%2B14:00",
    "last moment, west": "9999-12-31T23:59:59-14:00",
    "offset of 99": "2026-01-01T00:00:00%2B09:99",
    "leap second": "2016-12-31T23:59:60Z",
    # What other languages mean something by
    "SQL": quote("' OR 1=1;--"),
    "LIKE": quote("%_%\\%"),
    "brackets": quote("[(*+?{|^$"),
    "tsquery": quote("a & !(b | <->:*"),
    "markup": quote("<script>alert(1)</script>&amp;"),
    "template": quote("{{ 7|add:7 }}{% now %}"),
    "format": quote("%s%n%(x)s{0}{}"),
    "JSON": quote('{"a":[1,null,{"$ne":0}]}'),
    "path": quote("../../../../etc/passwd"),
    "elsewhere": quote("//evil.example/\\@x"),
    "broken address": quote("http://[::1"),
    "script address": quote("javascript:alert(1)"),
    "header": quote("x\r\nSet-Cookie: a=b"),
    "star": "*",
    "hash": "%23",
    # Writing
    "right to left": quote("\u202eשלום\u2066"),
    "emoji": quote("👩\u200d💻🏳️\u200d🌈"),
    "combining": quote("Z" + "\u0301" * 200),
    "casing grows": quote("ıİßŉﬃǅ"),
    "full width": quote("ａｄｍｉｎ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
    "long": "x" * LONG,
    "long, wide": quote("字") * 3_000,
    "many words": "%20".join(["ab"] * 2_000),
    "uuid of nobody": "00000000-0000-0000-0000-000000000000",
    "uuid in braces": quote("{00000000-0000-0000-0000-000000000000}"),
}
