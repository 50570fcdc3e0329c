"""How ConnectWise PSA (formerly Manage) is named and set up."""

from psa.providers.setup import Asked, Capability, RightWanted, Setup, Step

_SITE = "The host you open ConnectWise at, for example na.myconnectwise.net."

SETUP = Setup(
    name="connectwise",
    label="ConnectWise",
    product="ConnectWise PSA",
    short="CW",
    asked={
        "site_url": Asked(label="Site", hint=_SITE),
        "company_id": Asked(
            label="Company id",
            hint="The company you enter when you log in to ConnectWise.",
            # It becomes a part of an address and of the log-in name, where "+" and ":" separate.
            pattern=r"\A[^\s:+/\\?#%\x00-\x1f\x7f]+\Z",
            refusal="Enter the company id that you log in to ConnectWise with, not an address.",
        ),
        "public_key": Asked(label="Public key", hint="From the API member's API Keys tab."),
        "private_key": Asked(
            label="Private key", hint="ConnectWise shows it once, when the key is made."
        ),
        "client_id": Asked(
            label="Client id", hint="Identifies the integration, from developer.connectwise.com."
        ),
    },
    steps=(
        Step(
            title="Make a security role.",
            text="In ConnectWise: System › Security Roles › New, “ResolutionFlow”. Give it these "
            "rights at level “All” and nothing else:",
            with_rights=True,
        ),
        Step(
            title="Make an API member.",
            text="System › Members › API Members › New. Role: the one you just made. Level and "
            "location: those that see your service boards. Notes of people who are not mapped "
            "bear this member's name, so call it “ResolutionFlow”.",
        ),
        Step(
            title="Make the keys.",
            text="On that member: API Keys › New, then save. ConnectWise shows the private key "
            "this once: copy the public and the private key into the form before you close the "
            "page.",
        ),
        Step(
            title="Site and company.",
            text="The site is the host you open ConnectWise at, such as na.myconnectwise.net. "
            "The company is the first field of its log-in page.",
        ),
        Step(
            title="The client id.",
            text="At developer.connectwise.com: My Account › ClientIDs › New. It names your "
            "integration; one is enough for your whole company.",
            only_for="client_id",
        ),
    ),
    rights=(
        RightWanted(
            area="Service Desk › Service Tickets",
            verbs="Inquire, Add, Edit",
            purpose="tickets, notes, status",
        ),
        RightWanted(
            area="Service Desk › Close Service Tickets", verbs="Edit", purpose="closing tickets"
        ),
        RightWanted(
            area="Service Desk › Resource Scheduling",
            verbs="Inquire, Add, Delete",
            purpose="who works on a ticket",
        ),
        RightWanted(
            area="System › Table Setup",
            verbs="Inquire",
            purpose="boards, statuses, priorities, work roles and types",
        ),
        RightWanted(area="System › Member Maintenance", verbs="Inquire", purpose="member mapping"),
        RightWanted(area="Companies › Company Maintenance", verbs="Inquire", purpose="companies"),
        RightWanted(area="Companies › Contacts", verbs="Inquire", purpose="new tickets"),
        RightWanted(
            area="Companies › Configurations", verbs="Inquire", purpose="a ticket's devices"
        ),
        RightWanted(
            area="Companies › Manage Attachments", verbs="Inquire, Add", purpose="files on tickets"
        ),
        RightWanted(
            area="Time & Expense › Time Entry", verbs="Inquire, Add", purpose="time on tickets"
        ),
        RightWanted(
            area="Time & Expense › Time Entry Billable Option", verbs="Add", purpose="billable time"
        ),
        RightWanted(area="Finance › Billing View Time", verbs="Inquire", purpose="billable time"),
    ),
    capabilities=frozenset(Capability),
    client_id_setting="CONNECTWISE_CLIENT_ID",
    role_editor="System, Security Roles",
    new_key="System, Members, API Members, choose the member, API Keys, and add one",
)
