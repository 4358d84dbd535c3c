//! All contestants side by side: whether they decide alike.

use crate::contest::{Contestant, Outcome, Run, Timed};
use crate::cursor::Cursors;
use crate::expert::Expert;
use crate::fair::Fair;
use crate::obvious::Obvious;
use crate::router::Crate;
use crate::scenario::{BATCH, Scenario};
use std::time::{Duration, Instant};

/// Runs all contestants through a day, or for as long as there is time, and panics if they part: the plain ways must pick the
/// same reps, the fair expert and the crate the same reps, and all must decide each lead at the same place of the policy.
/// Gives how many leads it was.
pub(crate) fn check(scenario: &Scenario, time: Duration) -> usize {
    let mut obvious: Run<'_, Obvious> = Run::new(scenario);
    let mut expert: Run<'_, Expert<Cursors>> = Run::new(scenario);
    let mut fair: Run<'_, Fair> = Run::new(scenario);
    let mut of_crate: Run<'_, Crate> = Run::new(scenario);
    let start = Instant::now();
    while expert.number < scenario.leads.len() && (start.elapsed() < time || expert.number == 0) {
        let first = expert.number;
        obvious.batch();
        expert.batch();
        fair.batch();
        of_crate.batch();
        same(scenario, first, &obvious, &expert, |outcome| outcome);
        same(scenario, first, &fair, &of_crate, |outcome| outcome);
        same(scenario, first, &expert, &fair, |outcome| outcome.place);
    }
    let (last, now) = (scenario.lead(expert.number - 1), scenario.moment(expert.number - 1));
    let again = fair.contestant.route(last, now);
    let by_crate = of_crate.contestant.route(last, now);
    assert_eq!(again, of_crate.contestant.outcome(&by_crate), "the last lead again");
    expert.number
}

fn same<One: Contestant, Other: Contestant, Told: PartialEq + std::fmt::Debug>(
    scenario: &Scenario,
    first: usize,
    one: &Run<'_, One>,
    other: &Run<'_, Other>,
    told: impl Fn(Outcome) -> Told,
) {
    assert_eq!(one.outcomes().count(), BATCH);
    for (number, (left, right)) in (first..).zip(one.outcomes().zip(other.outcomes())) {
        let (left, right) = (told(left), told(right));
        if left != right {
            let (lead, left_name, right_name) = (scenario.lead(number), One::NAME, Other::NAME);
            panic!("lead {number}: {left:?} by {left_name}, {right:?} by {right_name}: {lead:?}");
        }
    }
}
