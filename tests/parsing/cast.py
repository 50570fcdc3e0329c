"""Whom the written requests may name: the demo's PSA, and another one that nobody tuned for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from psa.simulators.connectwise.seed.names import BOARDS, COMPANIES, MEMBERS, PRIORITIES
from tickets.parsing.found import Candidate, Candidates, Reading
from tickets.parsing.matcher import read


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A PSA's names: `statuses` by the board's id, `contacts` by the company's."""

    candidates: Candidates
    statuses: dict[str, list[Candidate]] = field(default_factory=dict)
    contacts: dict[str, list[Candidate]] = field(default_factory=dict)

    def read(self, text: str) -> Reading:
        """Return what the built-in matcher makes of a request."""
        return read(text, self.candidates, statuses=ask(self.statuses), contacts=ask(self.contacts))


def ask(known: dict[str, list[Candidate]]) -> Callable[[str], Sequence[Candidate]]:
    return lambda of: known.get(of, [])


def listed(names, first: int) -> tuple[Candidate, ...]:
    return tuple(Candidate(id=str(number), name=name) for number, name in enumerate(names, first))


def northwind() -> Cast:
    """Return the demo's PSA, as Dana sees it."""
    boards = listed([board[0] for board in BOARDS], 20)
    members = tuple(
        Candidate(id=str(number), name=f"{first} {last}", short=short, usable=not inactive)
        for number, (short, first, last, license_class, inactive, _) in enumerate(MEMBERS, 150)
        if license_class != "A"
    )
    companies = tuple(
        Candidate(id=str(number), name=name, short=short)
        for number, (short, name) in enumerate(COMPANIES[:-1], 250)
    )
    return Cast(
        candidates=Candidates(
            psa="ConnectWise",
            companies=companies,
            boards=boards,
            priorities=listed([each[0] for each in PRIORITIES], 1),
            members=members,
            me=next(each for each in members if each.name == "Dana Ruiz"),
        ),
        statuses={
            board.id: list(listed([name for name, *_ in statuses], int(board.id) * 100))
            for board, (_, statuses, _) in zip(boards, BOARDS, strict=True)
        },
        contacts={companies[0].id: list(listed(["Ann Abbott", "Bob Baker"], 900))},
    )


def harbour() -> Cast:
    """Return another MSP's PSA: other names, other words for its priorities and boards."""
    people = [
        ("Tomasz Zieliński", "tzielinski", True),
        ("Samantha Okafor", "sokafor", True),
        ("Samuel Brandt", "sbrandt", True),
        ("Inès Lefèvre", "ilefevre", True),
        ("Robert Hale", "rhale", True),
        ("Jürgen Groß", "jgross", True),
        ("María José Ortiz", "mjortiz", True),
        ("Pat Doyle", "pdoyle", False),
    ]
    companies = [
        ("Ortega & Hijos S.L.", "Ortega"),
        ("Greenfield Primary School", "Greenfield"),
        ("Müller Bau AG", "MBau"),
        ("Müller Logistik GmbH", "MLog"),
        ("St. Mary's Hospice", "StMarys"),
        ("Blackwood & Finch Solicitors", "Blackwood"),
        ("Urgent Care West", "UCW"),
        ("Nørgaard Byg ApS", "Norgaard"),
        ("Sam's Garage", "SamsGarage"),
        ("Kowalczyk i Synowie Sp. z o.o.", "Kowalczyk"),
        ("Brightwater Marine", "Brightwater"),
        ("TechNova Systems Inc", "TechNova"),
        ("The Old Mill Bakery", "OldMill"),
        ("Lefèvre Traiteur", "LefTrait"),
    ]
    boards = listed(["Service Desk", "Projects", "SOC", "Purchasing"], 40)
    return Cast(
        candidates=Candidates(
            psa="ConnectWise",
            companies=tuple(
                Candidate(id=str(number), name=name, short=short)
                for number, (name, short) in enumerate(companies, 500)
            ),
            boards=boards,
            priorities=listed(["Emergency", "Urgent", "Normal", "When we can"], 11),
            members=tuple(
                Candidate(id=str(number), name=name, short=short, usable=usable)
                for number, (name, short, usable) in enumerate(people, 700)
            ),
        ),
        statuses={boards[0].id: list(listed(["New", "Working", "Waiting customer", "Done"], 4000))},
        contacts={"505": list(listed(["Eleanor Finch", "Amir Patel"], 950))},
    )


def fjord() -> Cast:
    """Return a third MSP's PSA."""
    people = [
        ("Ingrid Solberg", "isolberg", True),
        ("Mateo Fernández", "mfernandez", True),
        ("Elizabeth Chambers", "echambers", True),
        ("William Osei", "wosei", True),
        ("Katarzyna Nowak", "knowak", True),
        ("Thomas Nowak", "tnowak", True),
        ("Giulia D'Amico", "gdamico", True),
        ("Hans-Peter Vogel", "hpvogel", True),
        ("Rita Old", "rold", False),
    ]
    companies = [
        ("Cartwright Veterinary Group", "Cartwright"),
        ("Pinewood Dental Care", "Pinewood"),
        ("Pinehill Dental Studio", "Pinehill"),
        ("Stadtwerke Lindau GmbH & Co. KG", "SWLindau"),
        ("Hôtel de la Gare", "HotelGare"),
        ("Panadería El Sol", "ElSol"),
        ("3D Print Hub", "3DPH"),
        ("Quick & Clean Laundry", "QuickClean"),
        ("Van den Berg Transport B.V.", "VDBerg"),
        ("Østfold Energi", "Ostfold"),
        ("Mercer, Doyle & Partners LLP", "Mercer"),
        ("The Green Grocer", "GreenGrocer"),
        ("Studio D'Amico", "StudioDA"),
        ("Falcon Logistics", "Falcon"),
    ]
    boards = listed(["Support", "Managed Services", "Network", "New Customers"], 60)
    return Cast(
        candidates=Candidates(
            psa="ConnectWise",
            companies=tuple(
                Candidate(id=str(number), name=name, short=short)
                for number, (name, short) in enumerate(companies, 800)
            ),
            boards=boards,
            priorities=listed(["P1 Critical", "P2 High", "P3 Normal", "P4 Low"], 31),
            members=tuple(
                Candidate(id=str(number), name=name, short=short, usable=usable)
                for number, (name, short, usable) in enumerate(people, 850)
            ),
        ),
        statuses={boards[1].id: list(listed(["Open", "Parts ordered", "Solved"], 6000))},
        contacts={"810": list(listed(["Frances Mercer", "Owen Doyle"], 990))},
    )


CASTS: dict[str, Callable[[], Cast]] = {"northwind": northwind, "harbour": harbour, "fjord": fjord}
