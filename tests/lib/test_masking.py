"""What leaves for another service has no secrets, and still reads as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.lib.masking import HIDDEN, mask

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
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_does_not_leave(text):
    masked = mask(text)

    assert SECRETS[text] not in masked
    assert HIDDEN in masked


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text):
    assert mask(text) == text


@given(st.text())
def test_masking_twice_changes_nothing_more(text):
    assert mask(mask(text)) == mask(text)


def test_a_long_text_is_masked_in_time():
    for words in ("password is a ", "password ", "curl -u a", "set the password ", "net use ", "a"):
        assert mask(words * (100_000 // len(words))).count(HIDDEN) >= 0
