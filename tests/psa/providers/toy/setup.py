"""How the toy is named and set up: two fields, no company, no client id."""

from psa.providers.setup import Asked, Setup, Step

SETUP = Setup(
    name="toy",
    label="Toy Desk",
    product="Toy Desk 1.0",
    short="TD",
    asked={
        "site_url": Asked(label="Desk", hint="Where your desk stands."),
        "private_key": Asked(label="Password", hint="The desk's password."),
    },
    steps=(Step(title="Ask the desk.", text="It tells its password to everybody."),),
    role_editor="Nowhere",
    new_key="the drawer",
)
