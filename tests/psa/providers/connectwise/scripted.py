"""A vendor that answers from a script, and the two acts that its tests repeat."""

import httpx

BASE = "/v4_6_release/apis/3.0"
TICKET = f"{BASE}/service/tickets/1"
CLOUD_INFO = {"CompanyName": "Northwind", "Codebase": "v2026_1/", "IsCloud": "True"}


class Vendor:
    """Answers from a script: a list per path, the last of which is repeated."""

    def __init__(self):
        self.calls = []
        self.script = {
            "/login/companyinfo/northwind": [CLOUD_INFO],
            f"{BASE}/system/info": [{"version": "v2026.1"}],
        }
        self.waits = []
        self.takes = lambda: None

    def __call__(self, request):
        self.calls.append((request.method, request.url.host, request.url.path))
        self.last = request
        self.takes()
        answers = self.script.get(request.url.path, [(404, {"code": "NotFound"})])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=body)

    @property
    def paths(self):
        return [path.removeprefix(BASE) for _, _, path in self.calls]

    def on_ticket(self, *answers):
        self.script[TICKET] = list(answers)


def read(client):
    return client.read("/service/tickets/1")


def write(client):
    return client.write("PATCH", "/service/tickets/1", [{"op": "replace"}])
