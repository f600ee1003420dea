"""With run_eagerly a game's hooks see numbers, from the first batch on, so that a debugger can follow them."""

from three_players import Pursuit, batches, pursuit


def test_a_hook_can_look_at_the_values_of_a_loss(monkeypatch):
    terms_of, seen = Pursuit.fox_terms, []

    def fox_terms(game, play):
        terms = terms_of(game, play)
        seen.append(terms["fox_earth"].numpy())
        return terms

    monkeypatch.setattr(Pursuit, "fox_terms", fox_terms)
    game = pursuit()
    game.compile(run_eagerly=True)
    logs = game.fit(batches(8, count=16), verbose=0).history
    assert seen[-2:] and min(seen) > 0 and logs["fox_earth"][0] > 0
    assert game.evaluate(batches(8, count=16), verbose=0).keys() == logs.keys()
