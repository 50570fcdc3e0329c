from tests.house import vendor_names


def test_no_vendor_is_named_outside_of_its_room():
    assert list(vendor_names.misplaced()) == []


def test_a_name_without_a_reason_is_reported_and_a_reason_without_a_name_too(monkeypatch):
    monkeypatch.setattr(vendor_names, "EXCEPTIONS", {"psa/naming.py": "no longer needed"})
    found = list(vendor_names.misplaced())
    assert any(one.startswith("psa/providers/registry.py:") for one in found)
    assert any(one.startswith("psa/naming.py: names no vendor") for one in found)
    assert not any("psa/providers/connectwise/" in one for one in found)
