//! A host's own strategies: ones that remember, one with branches, one that takes turns.

use lead_router::strategy::{
    Branch, Custom, Effects, News, NewsKind, PoolHandle, QueueHandle, RotationHandle, Setup, SetupError, Tally,
};
use lead_router::{Registry, Scope, Strategy, Verdict, custom};
use serde::Deserialize;

/// The name under which every strategy here counts.
pub(crate) const GIVEN: &str = "given";

/// What every strategy here adds to a rep's tally when it hears of a lead.
pub(crate) fn worth(kind: NewsKind) -> i64 {
    match kind {
        NewsKind::Routed => 2,
        NewsKind::MovedOn => -1,
        NewsKind::Won => 5,
        NewsKind::Lost => -3,
        _ => 1,
    }
}

/// Gives the lead to whoever has been given least, of those the one who was given something longest ago, then by id.
pub(crate) fn fewest(pool: &str) -> Custom {
    custom("fewest").setting("pool", pool)
}

#[derive(Debug)]
struct Fewest {
    pool: PoolHandle,
    given: Tally,
    extreme: Tally,
}

impl Strategy for Fewest {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let fewest = scope.open(self.pool).min_by_key(|candidate| {
            let rep = candidate.rep();
            let (given, extreme) = (scope.tally(self.given, rep), scope.tally(self.extreme, rep));
            (given, extreme < 0, scope.stamp(self.given, rep), candidate.id())
        });
        match fewest {
            Some(fewest) => {
                let (rep, given) = (fewest.rep(), self.given);
                scope.pick(rep, format!("{} so far, last {}", scope.tally(given, rep), scope.stamp(given, rep)))
            }
            None => scope.nobody_open(self.pool),
        }
    }

    fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
        effects.add(self.given, news.rep(), worth(news.kind()));
        effects.stamp(self.given, news.rep());
        // Nobody may count like this, and nothing may break if somebody does.
        effects.add(self.extreme, news.rep(), if news.sequence() % 2 == 0 { i64::MIN } else { i64::MAX });
    }
}

/// Lets one of two branches decide first, as its tallies say, and then the other.
pub(crate) fn balance(pool: &str, again: bool) -> Custom {
    custom("balance").setting("pool", pool).setting("again", again)
}

#[derive(Debug)]
struct Balance {
    pool: PoolHandle,
    branches: [Branch; 2],
    given: Tally,
    /// Whether a rep whom a branch picked is picked anew, by this strategy itself.
    again: bool,
}

impl Strategy for Balance {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let given: i64 = scope.open(self.pool).map(|candidate| scope.tally(self.given, candidate.rep())).sum();
        let mut branches = self.branches;
        if given % 2 != 0 {
            branches.reverse();
        }
        for branch in branches {
            match scope.visit(branch) {
                Verdict::Pass(_) => {}
                Verdict::Pick(pick) if self.again => return scope.pick(pick.rep(), format!("again, at {given}")),
                verdict => return verdict,
            }
        }
        Verdict::Pass("neither".into())
    }

    fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
        effects.add(self.given, news.rep(), worth(news.kind()));
        effects.stamp(self.given, news.rep());
    }
}

/// Takes turns, but stops leads in a bad mood. May hold those whom nobody takes.
pub(crate) fn turns(pool: &str, hold: bool) -> Custom {
    custom("turns").setting("pool", pool).setting("hold", hold)
}

#[derive(Debug)]
struct Turns {
    rotation: RotationHandle,
    held: Option<QueueHandle>,
}

impl Strategy for Turns {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        if scope.field("mood") == Some("bad".into()) {
            return scope.stop("a bad mood");
        }
        match (scope.rotate(self.rotation), self.held) {
            (Verdict::Pass(_), Some(queue)) => scope.hold(queue, "nobody's turn"),
            (verdict, _) => verdict,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    pool: String,
    #[serde(default)]
    again: bool,
    #[serde(default)]
    hold: bool,
}

pub(crate) fn registry() -> Registry {
    Registry::new()
        .strategy("fewest", |settings: Settings, setup: &mut Setup<'_, '_>| {
            let pool = setup.pool(&settings.pool)?;
            Ok::<_, SetupError>(Fewest { pool, given: setup.tally(GIVEN), extreme: setup.tally("extreme") })
        })
        .strategy("balance", |settings: Settings, setup: &mut Setup<'_, '_>| {
            let (pool, given) = (setup.pool(&settings.pool)?, setup.tally(GIVEN));
            let branches = [setup.branch("left")?, setup.branch("right")?];
            Ok(Balance { pool, branches, given, again: settings.again })
        })
        .strategy("turns", |settings: Settings, setup: &mut Setup<'_, '_>| {
            setup.reads("mood");
            let held = settings.hold.then(|| setup.queue("q2"));
            Ok(Turns { rotation: setup.rotation(&settings.pool)?, held })
        })
}
