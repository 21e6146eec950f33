"""Rights and locks under any table, any roles, any order of events."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hmi.access.lockout import NO_ATTEMPTS, Attempts, failed, passed_time
from hmi.model.access import ASSIGNABLE, EVERYWHERE, Assignment, Permission, Role, RoleTable, parse_assignment

AREAS = ("hall", "press", "yard")
permissions = st.sampled_from(list(Permission))
scopes = st.lists(st.sampled_from(AREAS), max_size=2, unique=True)
assignments = st.lists(
    st.builds(Assignment, st.sampled_from(ASSIGNABLE), st.sampled_from((*AREAS, EVERYWHERE))), max_size=5
)
tables = st.builds(RoleTable, st.dictionaries(permissions, st.frozensets(st.sampled_from(list(Role)))))


@given(tables, permissions, assignments, assignments, scopes)
def test_more_roles_never_lose_a_right(
    table: RoleTable, permission: Permission, own: list[Assignment], more: list[Assignment], where: list[str]
) -> None:
    if table.permits(permission, own, where):
        assert table.permits(permission, own + more, where)
        assert table.permits(permission, more + own, where)
    assert table.areas(permission, own) <= table.areas(permission, own + more) | {EVERYWHERE}


@given(tables, permissions, assignments, scopes)
def test_a_role_in_an_area_never_exceeds_the_same_role_everywhere(
    table: RoleTable, permission: Permission, own: list[Assignment], where: list[str]
) -> None:
    everywhere = [Assignment(assignment.role) for assignment in own]
    if table.permits(permission, own, where):
        assert table.permits(permission, everywhere, where)


@given(tables, permissions, assignments)
def test_the_whole_station_needs_the_role_everywhere(
    table: RoleTable, permission: Permission, own: list[Assignment]
) -> None:
    if table.permits(permission, own, ()):
        allowed = table.allowed(permission)
        assert Role.NOBODY in allowed or any(a.role in allowed and a.area == EVERYWHERE for a in own)
        assert all(table.permits(permission, own, (area,)) for area in AREAS)


@given(tables, permissions, assignments, scopes)
def test_a_right_comes_from_one_assignment_in_one_of_the_scopes(
    table: RoleTable, permission: Permission, own: list[Assignment], where: list[str]
) -> None:
    single = any(table.permits(permission, [assignment], where) for assignment in own)
    assert table.permits(permission, own, where) == (single or table.permits(permission, (), where))


@given(tables, permissions, assignments, scopes)
def test_what_nobody_needs_a_name_for_everybody_may(
    table: RoleTable, permission: Permission, own: list[Assignment], where: list[str]
) -> None:
    if table.permits(permission, (), where):
        assert table.permits(permission, own, where)
    assert table.permits(permission, (), where) == (Role.NOBODY in table.allowed(permission))


@given(permissions, scopes)
def test_a_table_without_a_row_allows_nobody_anything(permission: Permission, where: list[str]) -> None:
    table = RoleTable({}, {})
    assert not table.permits(permission, [Assignment(role) for role in ASSIGNABLE], where)


@given(st.builds(Assignment, st.sampled_from(ASSIGNABLE), st.sampled_from((*AREAS, EVERYWHERE))))
def test_an_assignment_survives_being_written(assignment: Assignment) -> None:
    assert parse_assignment(assignment.text) == assignment


@given(st.text(max_size=40))
def test_any_text_is_an_assignment_that_can_be_written_again_or_is_refused(text: str) -> None:
    try:
        found = parse_assignment(text)
    except ValueError as fault:
        assert "is not a role" in str(fault)
        return
    assert found.role in ASSIGNABLE
    assert parse_assignment(found.text) == found


LOCK_US = 900_000_000
# a failure, or some time on the clock that never steps
events = st.lists(st.one_of(st.none(), st.integers(-LOCK_US, 2 * LOCK_US)), max_size=60)


@given(events, st.integers(1, 10))
def test_a_lock_begins_at_the_limit_never_grows_and_never_ends_early(events: list[int | None], limit: int) -> None:
    now, failures, since_lock = NO_ATTEMPTS, 0, 0
    for event in events:
        before = now
        if event is None:
            now, failures, since_lock = failed(now, limit, LOCK_US), failures + 1, 0
            assert now.locked == (failures >= limit)
        else:
            now = passed_time(now, event)
            since_lock += max(0, event)
            assert 0 <= now.left_us <= before.left_us
            assert now.locked == (failures >= limit and since_lock < LOCK_US)
        assert now.failures == failures
        assert 0 <= now.left_us <= LOCK_US


@given(st.integers(0, 2_000_000), st.integers(0, LOCK_US), st.lists(st.integers(0, LOCK_US), max_size=8))
def test_it_does_not_matter_how_time_is_cut_up(failures: int, left: int, parts: list[int]) -> None:
    start = now = Attempts(failures, left)
    for part in parts:
        now = passed_time(now, part)
    assert now == passed_time(start, sum(parts))
