//! What wholesale edits are refused for.

use super::*;
use lead_router::Edit;

fn router() -> Router {
    let plan = Plan::new(first_of((available(round_robin("smb")), queue("later")))).otherwise("triage");
    Router::new(plan, roster()).unwrap()
}

fn said(edit: Edit) -> String {
    router().observe(Event::edit(edit), now()).unwrap_err().to_string()
}

#[test]
fn names_that_are_not_there_or_taken() {
    assert_eq!(
        said(Edit::new().rename_rep("anne", "x")),
        "rename.reps.anne: there is no rep `anne`; did you mean `ann`?"
    );
    assert_eq!(said(Edit::new().rename_rep("ann", "bob")), "rename.reps.ann: rep `bob` is there already");
    assert_eq!(said(Edit::new().rename_rep("ann", "")), "rename.reps.ann: the name of a rep is empty");
    assert_eq!(said(Edit::new().rename_pool("smb", "closers")), "rename.pools.smb: pool `closers` is there already");
    assert_eq!(
        said(Edit::new().rename_pool("everyone", "all")),
        "2 faults\n  \
         rename.pools.everyone: `everyone` is every active rep already; it cannot be declared, nor given members or \
         weights\n  \
         rename.pools.everyone: there is no pool `everyone`"
    );
    assert_eq!(
        said(Edit::new().rename_rotation("smb@a.b", "x")),
        "rename.rotations.\"smb@a.b\": there is no rotation `smb@a.b`; did you mean `smb`?"
    );
    assert_eq!(said(Edit::new().rename_label("vip", "x")), "rename.labels.vip: there is no label `vip`");
    assert_eq!(
        said(Edit::new().rename_rep("ann", "cy").rename_rep("bob", "cy")),
        "rename.reps.bob: rep `cy` is there twice; the first is at `rename.reps.ann`"
    );
}

#[test]
fn a_new_name_that_is_there_alone_was_given_before() {
    let done = Edit::new().rename_rep("anne", "ann").rename_pool("small", "smb").rename_rotation("small", "smb");
    let done = done.rename_queue("waiting", "later");
    let (mut edited, before) = (router(), router());
    edited.observe(Event::edit(done), now()).unwrap();
    assert_eq!(edited.state(), before.state());
    assert_eq!(
        said(Edit::new().rename_pool("everyone", "smb")),
        "rename.pools.everyone: `everyone` is every active rep already; it cannot be declared, nor given members or \
         weights"
    );
}

#[test]
fn a_queue_is_renamed_with_the_plan() {
    assert_eq!(said(Edit::new().rename_queue("later", "soon")), "rename.queues.later: there is no queue `soon`");
    assert_eq!(
        said(Edit::new().rename_queue("latr", "soon")),
        "rename.queues.latr: there is no queue `latr`; did you mean `later`?"
    );
}

#[test]
fn all_faults_of_an_edit_come_at_once() {
    let plan = Plan::new(first_of((available(round_robin("smbb")), assign("anne")))).otherwise("triage");
    let roster = Roster::new().rep(RepRecord::new("ann").weighted_pool("smb", 0).manager("maria"));
    let edit = Edit::new().plan(plan).roster(roster).accounts([Account::new("")]).rename_rep("x", "y");
    assert_eq!(
        said(edit),
        "6 faults\n  \
         route.first_of[0].available.round_robin: there is no pool `smbb`; did you mean `smb`?\n  \
         route.first_of[1].assign: there is no rep `anne`; did you mean `ann`?\n  \
         reps.ann.pools.smb: weight `0` is not from 1 to 1000000\n  \
         reps.ann.manager: there is no rep `maria`\n  \
         accounts: the id of an account is empty\n  \
         rename.reps.x: there is no rep `x`"
    );
    assert_eq!(
        router()
            .snapshot()
            .restore()
            .onto(router().plan().clone(), roster_with("cy", 0))
            .build(now())
            .unwrap_err()
            .to_string(),
        "reps.cy.pools.smb: weight `0` is not from 1 to 1000000"
    );
}

fn roster_with(rep: &str, weight: u32) -> Roster {
    roster().rep(RepRecord::new(rep).weighted_pool("smb", weight))
}
