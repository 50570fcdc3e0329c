"""What leaves for another service has no secrets, and still reads as it was meant."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.lib.masking import HIDDEN, mask, names_secret

SECRETS = {
    "the password is Hunter2!": "Hunter2!",
    "Password: 'correct horse battery'": "correct horse battery",
    "pwd=abc123;User=sa": "abc123",
    "Server=sql;Database=x;User Id=sa;Password=Str0ng!;Encrypt=yes": "Str0ng!",
    "Passwort lautet Sommer2024!": "Sommer2024!",
    "le mot de passe est Soleil99": "Soleil99",
    "contraseña: Verano1": "Verano1",
    "his password Welcome123 does not work": "Welcome123",
    "her PIN 4711 is blocked": "4711",
    "api key = 9f8e7d6c": "9f8e7d6c",
    "client_secret: aB3~xyz": "aB3~xyz",
    "export ANTHROPIC_API_KEY=sk-ant-api03-abcdefghijklmnop": "abcdefghijklmnop",
    "token ghp_abcdefghijklmnopqrstuvwx": "ghp_abcdefghijklmnopqrstuvwx",
    "AKIAIOSFODNN7EXAMPLE is in the log": "AKIAIOSFODNN7EXAMPLE",
    "secret access key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "K7MDENG",
    "Authorization: Bearer abc.def.ghi": "abc.def.ghi",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln": "eyJzdWIi",
    "postgres://app:s3cr3t@db.example/prod": "s3cr3t",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----": "MIIE",
    "-----BEGIN PRIVATE KEY-----\nMIIEcut off": "MIIE",
    "card 4111 1111 1111 1111, exp 04/29": "4111 1111",
    "card 5500-0055-5555-5559": "5555",
    "psk: Office-WiFi-22": "Office-WiFi-22",
    "bitlocker 123456-234567-345678-456789-567890-678901-789012-890123": "456789",
    "md5 5f4dcc3b5aa765d61d8327deb882cf99": "5f4dcc3b",
    "community string: publ1c": "publ1c",
    "password for j.smith: Summer2024!": "Summer2024!",
    "The password for the admin account is Summer2024!": "Summer2024!",
    "Passwort von Anna ist Sommer24!": "Sommer24!",
    "la contraseña de Ana es Verano24!": "Verano24!",
    "password is now Tiger99!": "Tiger99!",
    "Password is set to Tiger99!": "Tiger99!",
    "reset his password to Welcome2024!": "Welcome2024!",
    "I changed the password to Welcome2024!": "Welcome2024!",
    "password - Welcome2024!": "Welcome2024!",
    "pw: hunter22": "hunter22",
    "$pw = 'hunter22'": "hunter22",
    "creds: admin/hunter22": "hunter22",
    "login: admin / hunter22": "hunter22",
    "mdp: Soleil24": "Soleil24",
    "clave: Verano24": "Verano24",
    "wifi key: Sunny-Day-24": "Sunny-Day-24",
    "WPA2 key is Sunny-Day-24": "Sunny-Day-24",
    "wpa passphrase Sunny-Day-24": "Sunny-Day-24",
    "<password>hunter22</password>": "hunter22",
    "curl -u admin:hunter22 https://srv/x": "hunter22",
    "psexec \\\\srv -u admin -p hunter22 cmd": "hunter22",
    "mysql -u root -phunter22": "hunter22",
    "net use Z: \\\\srv\\x /user:dom\\joe hunter22": "hunter22",
    "net user joe hunter22 /add": "hunter22",
    'ConvertTo-SecureString "hunter22" -AsPlainText': "hunter22",
    "snmp-server community S3cret RO": "S3cret",
    "username x password 7 0822455D0A16": "0822455D0A16",
    "enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0": "hx5rVt7rPNoS4wqbXKX7m0",
    "token for Duo: 918273": "918273",
}
# Only the value goes: what stands around it is what Claude has to understand.
MASKED = {
    "password for j.smith: Summer2024!": "password for j.smith: [hidden]",
    'Password for "admin": Tiger99!': 'Password for "admin": [hidden]',
    "password for admin (local): Tiger99!": "password for admin (local): [hidden]",
    "password for Anna:\n  Summer2024!": "password for Anna:\n  [hidden]",
    "password for Anna is 'correct horse 9'": "password for Anna is [hidden]",
    "password for Anna: Sun$hine": "password for Anna: [hidden]",
    "(password for x: Summer2024!)": "(password for x: [hidden])",
    "The password for the admin account is now Tiger99!": (
        "The password for the admin account is now [hidden]"
    ),
    "password is not Tiger99!": "password is not [hidden]",
    "Password is set to Tiger99!": "Password is set to [hidden]",
    "password has been changed to Welcome2024!": "password has been changed to [hidden]",
    "Password changed to Welcome2024! for Anna": "Password changed to [hidden] for Anna",
    "password reset to: Welcome2024!": "password reset to: [hidden]",
    "resetting his password to Welcome2024!": "resetting his password to [hidden]",
    "changed the password from Old2023! to New2024!": (
        "changed the password from [hidden] to [hidden]"
    ),
    "password was changed from Old2023! to New2024!": (
        "password was changed from [hidden] to [hidden]"
    ),
    "the new password will be Welcome2024!": "the new password will be [hidden]",
    "use Welcome2024! as the new password": "use [hidden] as the new password",
    "password — Welcome2024!": "password — [hidden]",
    "Passwort lautet jetzt Sommer24!": "Passwort lautet jetzt [hidden]",
    "Passwort wurde auf Sommer24! geändert": "Passwort wurde auf [hidden] geändert",
    "cambié la contraseña a Verano24!": "cambié la contraseña a [hidden]",
    "j'ai changé le mot de passe en Soleil24": "j'ai changé le mot de passe en [hidden]",
    "pin is 4711 please": "pin is [hidden] please",
    "PIN for voicemail: 4711 please": "PIN for voicemail: [hidden] please",
    "token for Duo: 918 273": "token for Duo: [hidden]",
    "the password is on-the-road": "the password is [hidden]",
    "pw hunter22": "pw [hidden]",
    "wifi key Sunny-Day-24": "wifi key [hidden]",
    "creds admin/hunter22": "creds admin/[hidden]",
    "creds: admin hunter22": "creds: admin [hidden]",
    "login is admin / hunter22": "login is admin / [hidden]",
    "AdminPassword=hunter": "AdminPassword=[hidden]",
    "PGPASSWORD=hunter psql": "PGPASSWORD=[hidden] psql",
    "Windowskennwort ist Sommer24": "Windowskennwort ist [hidden]",
    "<AdminPassword>hunter 2</AdminPassword>": "<AdminPassword>[hidden]</AdminPassword>",
    "curl -s -u 'admin:hunter 22' https://x": "curl -s -u 'admin:[hidden]' https://x",
    'curl --user "admin:hunter 22" https://x': 'curl --user "admin:[hidden]" https://x',
    'psexec64 \\\\srv -u admin -p "hunter 22" cmd': "psexec64 \\\\srv -u admin -p [hidden] cmd",
    "plink -pw hunter root@x": "plink -pw [hidden] root@x",
    "mysql -h x -P 3306 -u root -phunter db": "mysql -h x -P 3306 -u root -p[hidden] db",
    "schtasks /create /ru x /rp hunter": "schtasks /create /ru x /rp [hidden]",
    "xfreerdp /u:joe /p:hunter /v:srv": "xfreerdp /u:joe /p:[hidden] /v:srv",
    "smbclient //srv/x -U joe%hunter": "smbclient //srv/x -U joe%[hidden]",
    'net use Z: \\\\srv\\x /user:dom\\joe "hunter 22"': (
        "net use Z: \\\\srv\\x /user:dom\\joe [hidden]"
    ),
    "net use Z: \\\\srv\\x hunter /user:joe": "net use Z: \\\\srv\\x [hidden] /user:joe",
    "ConvertTo-SecureString 'hunter 22' -AsPlainText": (
        "ConvertTo-SecureString [hidden] -AsPlainText"
    ),
    'ConvertTo-SecureString -AsPlainText -Force "hunter"': (
        "ConvertTo-SecureString -AsPlainText -Force [hidden]"
    ),
    "'hunter' | ConvertTo-SecureString -AsPlainText": (
        "[hidden] | ConvertTo-SecureString -AsPlainText"
    ),
    "snmp-server community S3cret RO": "snmp-server community [hidden] RO",
    "username x password 0 hunter": "username x password 0 [hidden]",
    "enable secret hunter": "enable secret [hidden]",
    "tacacs-server key 7 0822455D0A16": "tacacs-server key 7 [hidden]",
    "wpa-psk ascii 0 hunter": "wpa-psk ascii 0 [hidden]",
}
HARMLESS = [
    "Password reset for the accounting team",
    "my password is not working, it is expired",
    "The password is wrong",
    "Outlook keeps asking for the password",
    "MFA token lost, user locked out",
    "Ticket #48291, serial 1234567890123",
    "Call 217 555 0123 or +49 221 4710 0815",
    'Error "0x80070005" when saving files',
    "C:\\Program Files\\Contoso\\app.exe --retries=3",
    "Idle timeout 300, was 28800",
    "https://portal.contoso.example/login?next=/x",
    "He forgot his password",
    "password is not accepted",
    "password is set to expire",
    "the password was changed yesterday",
    "the password was changed on 2026-11-27",
    "password reset for Anna: 10:30",
    "asks for the password again and again",
    "the password to SRV01 is in the vault",
    "login: works again",
    "wifi key: see attachment",
    "reset the password to the default",
    "changed the password to something else",
    "the password policy is 12 characters",
    "password policy: 12 characters",
    "Password is 12 characters",
    "key: see attachment",
    "password is now in LastPass",
    "password is still rejected",
    "the password is in Hudu",
    "password has been compromised",
    "password reset for Anna",
    "tried the password 5 times",
    "SRV01 as well as the password",
    "Password sync error: AADSTS50076",
    "Login error: 0x80070005",
    "credentials for Office 365 - 0x80070005",
    "login: https://portal.contoso.example/2024",
    "Logon server: DC01",
    "pin 2026-11-27",
    "ConvertTo-SecureString $value -AsPlainText",
    "net user joe /active:yes",
    "mysql -u root -p < dump.sql",
]
# What such texts are made of, so that masked parts meet what a mask looks for.
PIECES = (
    "password|passwort|pw|pin|code|token|wifi key|creds|login|is|now|not|set|changed|reset|to|"
    "from|auf|geändert|for|as|the|:|=|->|-|/|Hunter2!|'a b 9'|\"|'|abc|PC-1042|918273|4711|mysql|"
    "-p|-phunter22|curl|-u|admin:hunter22|net|use|user|/user:x|<password>|</password>|0|7|"
    "0822455D0A16|ConvertTo-SecureString|enable|bearer|[hidden]|2026-11-27|\n|,|."
)
PROSE = st.lists(
    st.tuples(st.sampled_from(PIECES.split("|")), st.sampled_from(["", " "])), max_size=12
).map(lambda pieces: "".join(map("".join, pieces)))
# Seconds of CPU. What takes these texts in linear time takes a third of a second at most.
SOON = 2.0


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_does_not_leave(text):
    masked = mask(text)

    assert SECRETS[text] not in masked
    assert HIDDEN in masked


@pytest.mark.parametrize("text", MASKED)
def test_what_stands_around_a_secret_stays(text):
    assert mask(text) == MASKED[text]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text):
    assert mask(text) == text


@given(st.text() | PROSE)
def test_masking_twice_changes_nothing_more(text):
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "words",
    [
        "a",
        "password ",
        "password:",
        "password is a ",
        "set the password ",
        "login:",
        "token=",
        "curl -u a",
        "net use ",
        "<",
        "'",
        '"',
    ],
)
def test_a_long_text_is_masked_in_time(words):
    began = time.process_time()

    mask(words * (100_000 // len(words)))

    assert time.process_time() - began < SOON


@pytest.mark.parametrize(
    "name", ["password", "adminPassword", "API_KEY", "Client Secret", "adminPin"]
)
def test_a_name_of_a_secret_is_known(name):
    assert names_secret(name)


@pytest.mark.parametrize("name", ["text", "name", "id", "password policy", "secretary", ""])
def test_another_name_is_none(name):
    assert not names_secret(name)
