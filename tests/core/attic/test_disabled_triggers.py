from __future__ import annotations

import pytest

from supasync.core.attic.disabled_triggers import Pause, pause_for, pause_triggers, without_pauses
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow

FIRES = "CREATE TRIGGER {} BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION f()"


def seen(*rows: tuple[str, str, str]) -> Fingerprint:
    return Fingerprint.of(ObjectRow(*row) for row in rows)


def test_triggers_that_an_update_fires_come_back_as_they_were() -> None:
    fingerprint = seen(
        ("trigger", "public.t.stamp", FIRES.format("stamp")),
        ("trigger", 'public.t."Log It"', FIRES.format('"Log It"')),
        ("trigger state", 'public.t."Log It"', "enable always"),
    )
    assert pause_triggers(fingerprint, "public", "t", ()) == Pause(
        ('ALTER TABLE public.t DISABLE TRIGGER "Log It"', "ALTER TABLE public.t DISABLE TRIGGER stamp"),
        ('ALTER TABLE public.t ENABLE ALWAYS TRIGGER "Log It"', "ALTER TABLE public.t ENABLE TRIGGER stamp"),
    )


def test_triggers_that_would_not_fire_are_left_alone() -> None:
    fingerprint = seen(
        ("trigger", "public.t.off", FIRES.format("off")),
        ("trigger state", "public.t.off", "disable"),
        ("trigger", "public.t.replica", FIRES.format("replica")),
        ("trigger state", "public.t.replica", "enable replica"),
        ("trigger", "public.t.added", FIRES.format("added").replace("UPDATE", "INSERT")),
        ("trigger", "public.other.stamp", FIRES.format("stamp")),
    )
    assert pause_triggers(fingerprint, "public", "t", ()) == Pause()


def test_a_trigger_that_the_plan_drops_is_left_to_the_plan() -> None:
    fingerprint = seen(("trigger", "public.t.stamp", FIRES.format("stamp")))
    assert pause_triggers(fingerprint, "public", "t", ('DROP TRIGGER "stamp" ON "public"."t"',)) == Pause()


@pytest.mark.parametrize(
    ("name", "events", "fires"),
    [
        ("stamp", "BEFORE UPDATE", True),
        ("stamp", "AFTER INSERT OR DELETE OR UPDATE", True),
        ("stamp", "BEFORE UPDATE OF x, y", True),
        ("stamp", "BEFORE INSERT OR DELETE", False),
        ("stamp", "AFTER TRUNCATE", False),
        ('"a ON b"', "BEFORE UPDATE", True),
        ('"UPDATE ON"', "BEFORE INSERT", False),
        ('"UPDATE"', "AFTER DELETE", False),
        ("stamp", 'BEFORE INSERT OR UPDATE OF "x ON y"', True),
        ('"say ""UPDATE"""', "BEFORE INSERT", False),
    ],
)
def test_which_triggers_an_update_fires(name: str, events: str, fires: bool) -> None:
    definition = f"CREATE TRIGGER {name} {events} ON public.t FOR EACH STATEMENT EXECUTE FUNCTION public.f('UPDATE')"
    found = pause_triggers(seen(("trigger", f"public.t.{name}", definition)), "public", "t", ())
    assert found.before == ((f"ALTER TABLE public.t DISABLE TRIGGER {name}",) if fires else ())


def test_constraint_triggers_rest_too() -> None:
    definition = (
        "CREATE CONSTRAINT TRIGGER c AFTER UPDATE ON public.t DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION f()"
    )
    found = pause_triggers(seen(("trigger", "public.t.c", definition)), "public", "t", ())
    assert found.after == ("ALTER TABLE public.t ENABLE TRIGGER c",)


def test_triggers_of_partitions_and_heirs_rest_too() -> None:
    fingerprint = seen(
        ("partition", "public.mid", "of public.t FOR VALUES FROM (1) TO (9)"),
        ("partition", 'app."low part"', "of public.mid DEFAULT"),
        ("partition", "public.elsewhere", "of app.t DEFAULT"),
        ("inheritance", "public.heir", "public.other, public.t"),
        ("trigger", 'app."low part".stamp', FIRES.format("stamp").replace("public.t", 'app."low part"')),
        ("trigger", "public.heir.stamp", FIRES.format("stamp").replace("public.t", "public.heir")),
        ("trigger", "public.elsewhere.stamp", FIRES.format("stamp").replace("public.t", "public.elsewhere")),
        ("trigger", "public.other.stamp", FIRES.format("stamp").replace("public.t", "public.other")),
        ("trigger state", "public.heir.stamp", "enable always"),
    )
    assert pause_triggers(fingerprint, "public", "t", ()) == Pause(
        ('ALTER TABLE app."low part" DISABLE TRIGGER stamp', "ALTER TABLE public.heir DISABLE TRIGGER stamp"),
        ('ALTER TABLE app."low part" ENABLE TRIGGER stamp', "ALTER TABLE public.heir ENABLE ALWAYS TRIGGER stamp"),
    )


RULE = "CREATE RULE {} AS\n    ON {} TO public.t DO INSTEAD NOTHING;"
SHOP = 'CREATE RULE {} AS\n    ON {} TO "My Shop"."a.b" DO ALSO NOTIFY x;'


def test_rules_rest_as_well() -> None:
    fingerprint = seen(
        ("rule", 'public.t."do UPDATE"', RULE.format('"do UPDATE"', "INSERT")),
        ("rule", 'public.t."a ON b"', RULE.format('"a ON b"', "UPDATE")),
        ("rule", "public.t.off", RULE.format("off", "UPDATE")),
        ("rule state", "public.t.off", "disable"),
        ("rule", 'My."t".r', RULE.format("r", "UPDATE")),
        ("rule", '"My Shop"."a.b".r', SHOP.format("r", "UPDATE")),
        ("rule state", '"My Shop"."a.b".r', "enable always"),
    )
    found = pause_for(fingerprint, "public", "t", (), events=("UPDATE",))
    assert found.before == ('ALTER TABLE public.t DISABLE RULE "a ON b"',)
    odd = pause_for(fingerprint, "My Shop", "a.b", (), events=("UPDATE",))
    assert odd.after == ('ALTER TABLE "My Shop"."a.b" ENABLE ALWAYS RULE r',)
    drop = ('DROP RULE r ON "My Shop"."a.b"',)
    assert pause_for(fingerprint, "My Shop", "a.b", drop, events=("UPDATE",)) == Pause()


@pytest.mark.parametrize(
    ("definition", "statements", "paused"),
    [
        ("enabled, forced", (), True),
        ("forced", (), True),
        ("enabled", (), False),
        ("enabled, forced", ("ALTER TABLE public.t NO FORCE ROW LEVEL SECURITY",), False),
        ("enabled, forced", ("ALTER TABLE app.t NO FORCE ROW LEVEL SECURITY",), True),
        ("enabled, forced", ("COMMENT ON TABLE public.t IS 'SECURITY'",), True),
    ],
)
def test_forced_row_security_of_the_owner_rests(definition: str, statements: tuple[str, ...], paused: bool) -> None:
    found = pause_for(seen(("row security", "public.t", definition)), "public", "t", statements, events=())
    off, on = "ALTER TABLE public.t NO FORCE ROW LEVEL SECURITY", "ALTER TABLE public.t FORCE ROW LEVEL SECURITY"
    assert found == (Pause((off,), (on,)) if paused else Pause())


OFF, ON = "ALTER TABLE public.t DISABLE TRIGGER x", "ALTER TABLE public.t ENABLE TRIGGER x"
UPDATE = "UPDATE public.t SET a = 1"
ON_REPLICA = ON.replace("ENABLE", "ENABLE REPLICA")
OFF_RULE, ON_RULE = OFF.replace("TRIGGER", "RULE"), ON.replace("TRIGGER", "RULE")
FORCED, FREE = "ALTER TABLE a.b FORCE ROW LEVEL SECURITY", "ALTER TABLE a.b NO FORCE ROW LEVEL SECURITY"


@pytest.mark.parametrize(
    ("statements", "left"),
    [
        pytest.param((OFF, UPDATE, ON), (UPDATE,), id="a pause"),
        pytest.param((OFF, UPDATE, ON.replace("ENABLE", "ENABLE ALWAYS")), (UPDATE,), id="of one that always fires"),
        pytest.param((OFF, UPDATE, ON, OFF, UPDATE, ON), (UPDATE, UPDATE), id="two"),
        pytest.param((OFF, UPDATE), (OFF, UPDATE), id="off for good"),
        pytest.param((UPDATE, ON), (UPDATE, ON), id="on for good"),
        pytest.param((ON, UPDATE, OFF), (ON, UPDATE, OFF), id="on, then off"),
        pytest.param((OFF, ON.replace(" x", " y")), (OFF, ON.replace(" x", " y")), id="two triggers"),
        pytest.param((OFF, ON.replace("public", "app")), (OFF, ON.replace("public", "app")), id="two tables"),
        pytest.param((OFF, ON_REPLICA), (OFF, ON_REPLICA), id="not as it was"),
        pytest.param((FREE, FORCED), (), id="forced"),
        pytest.param((FORCED,), (FORCED,), id="forced for good"),
        pytest.param((OFF_RULE, ON_RULE), (), id="a rule"),
        pytest.param((OFF_RULE, ON), (OFF_RULE, ON), id="a rule and a trigger"),
    ],
)
def test_a_reader_sees_no_pauses(statements: tuple[str, ...], left: tuple[str, ...]) -> None:
    assert without_pauses(statements) == left
