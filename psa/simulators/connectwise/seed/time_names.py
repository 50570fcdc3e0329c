"""Names and numbers of the time module; made up."""

_EVERYWHERE = ("Help Desk Technician", "Engineer", "Senior Engineer")
# name, price of an hour; what begins with "Former" is inactive.
WORK_ROLES = (
    ("Account Manager", 120.0),
    ("Dispatcher", 80.0),
    ("Help Desk Technician", 95.0),
    ("Engineer", 125.0),
    ("Senior Engineer", 150.0),
    ("Network Engineer", 145.0),
    ("Systems Administrator", 130.0),
    ("Security Analyst", 160.0),
    ("Incident Handler", 165.0),
    ("Project Engineer", 140.0),
    ("Project Manager", 150.0),
    ("Consultant", 175.0),
    ("vCIO", 200.0),
    ("Trainer", 110.0),
    ("Intern", 60.0),
    ("Administration", 70.0),
    ("Field Technician", 115.0),
    ("Cabling Technician", 105.0),
    ("Bench Technician", 100.0),
    ("Former Apprentice", 50.0),
)
# name, the roles that may be charged there
LOCATIONS = (
    ("Main Office", (*(name for name, _ in WORK_ROLES[:16]), "Former Apprentice")),
    ("Field Office", (*_EVERYWHERE, "Field Technician", "Cabling Technician", "Project Manager")),
    ("Remote Support", (*_EVERYWHERE, "Incident Handler", "Bench Technician")),
)
# name, billing, multiple of the role's price, least hours, most hours (0: none), step in hours
WORK_TYPES = (
    ("Remote Support", "Billable", 1.0, 0.25, 0.0, 0.25),
    ("On-site", "Billable", 1.0, 1.0, 0.0, 0.5),
    ("Regular", "Billable", 1.0, 0.0, 0.0, 0.0),
    ("After Hours", "Billable", 1.5, 0.5, 0.0, 0.5),
    ("Client Liaison", "DoNotBill", 0.0, 0.0, 0.0, 0.0),
    ("Courtesy", "NoCharge", 1.0, 0.0, 0.0, 0.25),
    ("Travel", "Billable", 0.5, 0.0, 2.0, 0.25),
    ("Former Remote", "Billable", 1.0, 0.0, 0.0, 0.0),
)
# Whose role or type is another than everybody's; one has none, one's is not for the main office.
MEMBERS_WORK = {
    "ORamos": ("Project Manager", ""),
    "AKowalski": ("Senior Engineer", "Regular"),
    "SFischer": ("Field Technician", ""),
    "VChen": ("Intern", ""),
    "BMurphy": ("Dispatcher", "Client Liaison"),
    "HSmith": ("", ""),
}
# company, name, kind, hours (0: no limit), billing, status
AGREEMENTS = (
    ("AcmeDental", "Managed Services", "Managed Services", 0.0, "NoDefault", "Active"),
    ("OBrien", "Monitoring", "Monitoring", 0.0, "NoCharge", "Active"),
    ("Fabrikam", "Block of 2 hours", "Block Time", 2.0, "NoDefault", "Active"),
    ("Contoso", "Block of 20 hours", "Block Time", 20.0, "NoDefault", "Active"),
    ("Tailspin", "Managed Services 2024", "Managed Services", 0.0, "NoDefault", "Expired"),
)
