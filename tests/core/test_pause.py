from __future__ import annotations

from supasync.core.fingerprint import Fingerprint, ObjectRow
from supasync.core.pause import Pause, pause_triggers

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
