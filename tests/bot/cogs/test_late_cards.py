"""A card that Discord does not take when it is due comes later, once."""

import pytest
from simulated import Server, said

VILE = "you are a vile person"


async def flagged_without_a_card(server: Server) -> None:
    await server.moderate()
    server.env.inject_error("POST", f"/channels/{server.log.id}/messages", status=503, times=1)
    await server.alice.send(server.channel, VILE)
    assert server.cards() == []
    assert [case.card_id for case in await server.cases()] == [None]


@pytest.mark.asyncio
async def test_it_comes_with_the_next_start(server: Server) -> None:
    await flagged_without_a_card(server)
    await server.restart()
    await server.env.advance_time(1)
    [card] = server.cards()
    assert "Case 1 · open" in said(card)
    assert [case.card_id for case in await server.cases()] == [card.id]
    await server.restart()
    await server.env.advance_time(1)
    assert len(server.cards()) == 1


@pytest.mark.asyncio
async def test_what_is_no_news_any_more_gets_none(server: Server) -> None:
    await flagged_without_a_card(server)
    await server.env.advance_time(25 * 3600)
    await server.restart()
    await server.env.advance_time(1)
    assert server.cards() == []


@pytest.mark.asyncio
async def test_it_does_not_come_where_the_log_channel_is_gone(server: Server) -> None:
    await flagged_without_a_card(server)
    await server.moderate(log_channel_id=None)
    await server.env.advance_time(1)
    assert server.cards() == []
