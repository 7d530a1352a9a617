"""What stands in the way is told line by line, and never at greater length than a message has."""

from moodring.bot import texts
from moodring.bot.setup.obstacles import SHOWN_LACKS, Lack, Obstacles

HERE = Lack(5, ("add_reactions",), everywhere=False)
EVERYWHERE = Lack(6, ("embed_links", "send_messages"), everywhere=True)


def test_where_all_is_well_nothing_is_said() -> None:
    nothing = Obstacles((), ())
    assert nothing.lines == ()
    assert nothing.lacking == frozenset()


def test_each_obstacle_is_a_line_with_the_way_to_mend_it() -> None:
    found = Obstacles((texts.say("no-log-channel"),), (HERE, EVERYWHERE))
    assert found.lines == (
        texts.say("warning", text=texts.say("no-log-channel")),
        texts.say("grant-here", channel="<#5>", permissions=texts.permissions(["add_reactions"])),
        texts.say(
            "grant-everywhere",
            channel="<#6>",
            permissions=texts.permissions(["embed_links", "send_messages"]),
        ),
    )


def test_only_what_is_missing_everywhere_is_granted_to_the_role() -> None:
    assert Obstacles((), (HERE, EVERYWHERE)).lacking == {"embed_links", "send_messages"}
    assert Obstacles((), (HERE,)).lacking == frozenset()


def test_what_is_missing_in_many_channels_is_told_of_the_first() -> None:
    found = Obstacles((), tuple(Lack(number, ("embed_links",), everywhere=True) for number in range(40)))
    assert len(found.lines) == SHOWN_LACKS + 1
    assert found.lines[-1] == texts.say("and-more", count=40 - SHOWN_LACKS)
    assert found.lacking == {"embed_links"}
