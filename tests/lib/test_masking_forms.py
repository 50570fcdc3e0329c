"""The forms in which tools print secrets.

Sources of the first: sirkirby/unifi-mcp#353, pete-builds/mcp-unifi#80, ytti/oxidized#801. The
others are their families, as the vendors' manuals show them.
"""

import re
import time

import pytest

from resolutionflow.lib.masking import HIDDEN, forms, mask
from tests import cases

S = "Harbour-Tulip-42"
WIRELESS = """
    Key Content            : @
    Schlüsselinhalt        : @
    Contenu de la clé      : @
    Contenido de la clave  : @
    Contenuto chiave       : @
<keyMaterial>@</keyMaterial>
netsh wlan set hostednetwork mode=allow ssid=Office key=@
nmcli dev wifi connect Office password @
wpa_passphrase Office @
wpa-psk ascii 0 @
wlan security wpa psk set-key ascii 0 @ 3
wpa-passphrase @
"x_passphrase": "@", "wpa_mode": "wpa2"
x_iapp_key=@
psk="@"
"""
DEVICES = """
crypto isakmp key @ address 203.0.113.9
crypto isakmp key 6 @ address 203.0.113.9
set psksecret ENC @
set psksecret @
set pre-shared-key @
set password ENC @
radius-server host 10.0.0.1 key @
radius-server host 10.0.0.1 auth-port 1812 key 7 @
tacacs-server key @
tacacs server ISE key 6 @
key-string 7 @
pre-shared-key local @
pre-shared-key address 203.0.113.9 key @
pre-shared-key ascii-text "@"; ## SECRET-DATA
ip ospf message-digest-key 1 md5 7 @
ip ospf authentication-key @
ntp authentication-key 1 md5 @
standby 1 authentication md5 key-string @
neighbor 203.0.113.9 password 7 @
ppp chap password 0 @
snmp-server user joe ADMINS v3 auth sha @
snmp-server user joe ADMINS v3 auth sha abc priv aes 128 @
snmp-server host 10.0.0.9 version 2c @
set snmp community @ authorization read-only
username joe privilege 15 secret 0 @
local-user joe password irreversible-cipher @
set system root-authentication encrypted-password "@"
set security ike policy P1 pre-shared-key ascii-text "@"
set access radius-server 10.0.0.1 secret "@"
password manager user-name joe plaintext @
radius-server host 10.0.0.1 key plaintext @
shared-secret @
/ip ipsec identity add peer=x secret=@
wpa2-pre-shared-key=@
PresharedKey = @
phash: @
"""
WINDOWS = """
{"n":"Administrator","t":"1d8161b41c41cde","p":"@"}
"p": "@"
ms-Mcs-AdmPwd : @
msLAPS-Password: {"n":"Administrator","p":"@"}
<Password><Value>@</Value><PlainText>true</PlainText></Password>
<AdministratorPassword><Value>@</Value></AdministratorPassword>
<Properties action="U" cpassword="@" userName="joe"/>
    DefaultPassword    REG_SZ    @
sqlcmd -S SQL01 -U sa -P @ -Q "select 1"
osql -S SQL01 -U sa -P@
bcp db.dbo.t out t.csv -S SQL01 -U sa -P @
cmdkey /add:fs01 /user:joe /pass:@
wmic /node:pc1 /user:joe /password:@ os get
netdom join pc1 /domain:x /userd:joe /passwordd:@
dsadd user cn=joe -pwd @ -mustchpwd yes
rasdial Office joe @
tasklist /s pc1 /u joe /p @
winrs -r:pc1 -u:joe -p:@ ipconfig
Add-VpnConnection -Name x -L2tpPsk @ -Force
Install-ADDSForest -SafeModeAdministratorPassword @
New-Object System.Net.NetworkCredential("joe", "@")
net user joe @
"""
CLOUD = """
https://x.blob.core.windows.net/c/f?sv=2024-01-01&se=2027&sr=b&sp=r&sig=@%2BX1Y2Z3%3D
https://x.azurewebsites.net/api/f?code=@
SharedAccessKeyName=Root;SharedAccessKey=@;EntityPath=x
SharedAccessSignature=sv=2024&sig=@abcdefgh
AccountName=x;AccountKey=@;EndpointSuffix=core.windows.net
https://s3.example/x?X-Amz-Credential=AKIA&X-Amz-Signature=@
https://maps.example/api?key=@&q=1
https://hooks.slack.com/services/T000/B000/@
https://discord.com/api/webhooks/123456/@
https://x.webhook.office.com/webhookb2/@
https://api.example/v1?access_token=@
AZURE_CLIENT_SECRET=@
aws_secret_access_key = @
"client_secret": "@"
otpauth://totp/x:joe?secret=@&issuer=x
"""
TOOLS = """
docker login -u joe -p @ registry.example
docker login --username joe --password @
az login --service-principal -u id -p @ --tenant x
mongosh -u joe -p @ db.example
evil-winrm -i 10.0.0.1 -u joe -p @
7z x backup.7z -p@
unzip -P @ backup.zip
ipmitool -H bmc1 -U root -P @ power status
ldapsearch -x -D cn=joe -w @ -b dc=x
redis-cli -h r1 -a @ ping
requirepass @
snmpwalk -v2c -c @ 10.0.0.1
snmpget -v3 -u joe -A @ -X abc 10.0.0.1
openssl pkcs12 -in x.pfx -passin pass:@ -out x.pem
keytool -list -keystore x.jks -storepass @
htpasswd -bc /etc/nginx/htpasswd joe @
machine git.example login joe password @
echo "@" | passwd --stdin joe
echo 'joe:@' | chpasswd
db.example:5432:app:joe:@
secretsdump.py contoso/joe:@@dc01
CREATE USER 'joe'@'%' IDENTIFIED BY '@';
CREATE LOGIN joe WITH PASSWORD = N'@';
ALTER ROLE joe PASSWORD '@';
kubectl create secret generic x --from-literal=password=@
gpg --batch --passphrase @ -d x.gpg
vault login -method=userpass username=joe password=@
rclone sync a b --ftp-pass @
gh auth login --token=@
"""
FAMILIES = {name: text.strip("\n").splitlines() for name, text in (
    ("wireless", WIRELESS), ("devices", DEVICES), ("windows", WINDOWS), ("cloud", CLOUD),
    ("tools", TOOLS),
)}  # fmt: skip
SHAPES = [
    "sk_live_" + "abcdefghij0123456789",
    "whsec_" + "abcdefghij0123456789",
    "hvs." + "CAESIabcdefghij0123456789",
    "shpat_" + "0123456789abcdef0123456789abcdef"[:31],
    "123456789:" + "AAEhBP0av28PkQbCDefghijklmnopqrstuv",
    "abc8Q~" + "abcdefghijklmnopqrstuvwxyz012345678"[:34],
    "joe:$6$rounds=5000$salt$" + "abcdefghijklmnop:19000:0",
    "$2b$12$" + "abcdefghijklmnopqrstuv",
    "$9$" + "nhEU6vL7d4aGV8xNb2",
    "AGE-SECRET-KEY-1" + "QQQQQQQQQQQQQQQQQQQQQQQQ",
    "VK7JG-NPHTM-C97JM-9MPGT-" + "3V66T",
    "tskey-" + "auth-abcdefghij0123456789",
]
HARMLESS = [
    "docker run -p 8080:80 nginx",
    "mysql -h db -P 3306",
    "The RADIUS server key is wrong on both sides",
    "radius server secret mismatch",
    "username and password do not work",
    "pre-shared-key mismatch, phase 1 fails",
    "OSPF authentication fails on the uplink",
    "Key content of the article was removed",
    "00:11:22:33:44:55",
    "2026-11-28 10:20:30 user:joe logged in",
    "set password policy to 12 characters",
    "sqlcmd -S SQL01 -E -Q \"select 1\"",
    "snmp community was changed yesterday",
    "zip -r backup.zip files",
    "echo hello | findstr ell",
    "docker login --password-stdin",
    "https://kb.example/a?id=12&page=3",
    "Event 4625, Logon Type 3, Status 0xC000006D",
    "--token is required",
    '"position": "12345678"',
    "tasklist /s pc1 /fi \"imagename eq x.exe\"",
    "neighbor 203.0.113.9 remote-as 65001",
    "rar a x.rar -r files",
]  # fmt: skip


@pytest.mark.parametrize(
    "line", [line for lines in FAMILIES.values() for line in lines], ids=lambda line: line.strip()
)
def test_a_secret_of_a_tool_does_not_leave(line):
    masked = mask(line.replace("@", S, 1) if line.count("@") == 1 else _last(line))
    assert S not in masked
    assert HIDDEN in masked
    assert mask(masked) == masked


def _last(line: str) -> str:
    """Return the line with the secret in place of the one @ that stands for it."""
    for around in (":@@", "'@'", '"@"', "@"):
        if around in line:
            left, right = line.rsplit(around, 1)
            return left + around.replace("@", S, 1) + right
    raise AssertionError(line)


def test_every_family_has_at_least_a_dozen_members():
    assert all(len(lines) >= 12 for lines in FAMILIES.values())
    assert len(forms.ALL) >= len(FAMILIES)


@pytest.mark.parametrize("line", cases.text("text-26-mask-wifi-and-firewalls").splitlines())
def test_reported_lines_keep_names_and_addresses(line):
    masked = mask(line)
    secret = "aGFyYm91ci10dWxpcA==" if "ENC" in line else S
    assert masked == line.replace(secret, HIDDEN)


@pytest.mark.parametrize("text", SHAPES)
def test_shapes_that_nothing_else_has_do_not_leave(text):
    masked = mask(f"found {text} there")
    assert max(re.findall(r"[\w-]+", text), key=len) not in masked
    assert HIDDEN in masked


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    "start", [line.partition("@")[0] for each in FAMILIES.values() for line in each]
)
def test_a_long_text_of_such_starts_is_masked_in_time(start):
    began = time.process_time()
    mask(f"{start} " * (20_000 // (len(start) + 1)))
    assert time.process_time() - began < 2
