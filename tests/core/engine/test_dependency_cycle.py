"""The diff engine's account of a circle, in words."""

from __future__ import annotations

from supasync.core.engine.dependency_cycle import circle_of

TOLD = """dependency cycle among 4 actions \u2014 this is a rule/emission bug, fix the rule (guardrail 4):
  DROP VIEW "public"."v"
  ALTER TABLE "public"."a"
  ALTER COLUMN "id" TYPE bigint USING "id"::bigint
  CREATE VIEW "public"."v" AS  SELECT id
   FROM public.a
  CREATE POLICY "p" ON "public"."a"
  USING ((id > 1))"""


def test_the_objects_are_named_once() -> None:
    assert circle_of(TOLD) == ("view v", "column a.id", "policy a.p")


def test_other_reasons_are_left_alone() -> None:
    assert circle_of("plan: the desired state declares intent the engine cannot replay") == ()
