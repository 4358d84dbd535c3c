//! What is wrong with hours, calendars, leave, caps and ramps.

use super::{building, now};
use lead_router::{
    Absence, Calendar, Cap, Event, Leave, Plan, PoolRecord, RepRecord, Roster, Router, Span, Step, WorkingHours,
    first_of, opening_within, round_robin,
};

fn plan() -> Plan {
    Plan::new(round_robin("smb")).otherwise("triage")
}

fn of_rep(rep: RepRecord) -> String {
    building(plan(), Roster::new().rep(rep.pool("smb")))
}

fn of_hours(hours: WorkingHours) -> String {
    of_rep(RepRecord::new("ann").hours(hours))
}

fn of_roster(roster: Roster) -> String {
    building(plan(), roster.rep(RepRecord::new("ann").pool("smb")))
}

#[test]
fn everything_at_once_with_its_place() {
    let roster = Roster::new()
        .calendar("germany", Calendar::new().closed_on("25.12.2026"))
        .hours("default", WorkingHours::in_zone("Europe/Berlln").on("mon-fri", "09:00-17:00").calendar("germny"))
        .hours("night", WorkingHours::new().on("mon-tue", "22:00-06:00").on("fri", "09:00-12:00, 11:00-13:00"))
        .rep(RepRecord::new("ann").pool("smb").leave(Leave::days("2026-07-17", "2026-07-06")).hours("nights"))
        .rep(RepRecord::new("bob").zone("Berlin").hours(WorkingHours::new().on("mo", "09:00-17:00")));
    assert_eq!(
        building(plan(), roster),
        "9 faults\n  \
         hours.default.zone: there is no time zone `Europe/Berlln`; did you mean `Europe/Berlin`?\n  \
         hours.default.calendars[0]: there is no calendar `germny`; did you mean `germany`?\n  \
         hours.night.week.fri: `09:00-12:00` and `11:00-13:00` overlap\n  \
         hours.night.week.mon-tue: `22:00-06:00` ends before it begins; if it runs over midnight, write `22:00-06:00+1`\n  \
         calendars.germany.dates.\"25.12.2026\": `25.12.2026` is not a date; write it like \"2026-12-24\" or \"2026-12-24 to 2027-01-01\"\n  \
         reps.ann.hours: there is no set of hours `nights`; did you mean `night`?\n  \
         reps.ann.leave[0]: leave from `2026-07-17` to `2026-07-06` ends before it begins\n  \
         reps.bob.zone: there is no time zone `Berlin`; did you mean `Europe/Berlin`?\n  \
         reps.bob.hours.week.mo: `mo` is not a day of the week; write it like \"mon\", \"mon-fri\", \"tue, thu\" or \"daily\""
    );
}

#[test]
fn a_period_that_cannot_be() {
    for (hours, says) in [
        (
            "9-17",
            "`9-17` is not a period; write it like \"09:00-17:30\", over midnight like \"22:00-06:00+1\", and a day without any as \"closed\"",
        ),
        (
            "",
            "`` is not a period; write it like \"09:00-17:30\", over midnight like \"22:00-06:00+1\", and a day without any as \"closed\"",
        ),
        ("09:00-09:00", "`09:00-09:00` is no time at all; the whole day is `00:00-24:00`"),
        ("09:00-10:00+1", "`09:00-10:00+1` is longer than 24 hours"),
        ("24:00-06:00+1", "`24:00-06:00+1` begins when its day has ended; write it on the next day, from 00:00"),
    ] {
        assert_eq!(of_hours(WorkingHours::new().on("mon", hours)), format!("reps.ann.hours.week.mon: {says}"));
    }
}

#[test]
fn days_and_dates_that_are_there_twice() {
    let twice = WorkingHours::new().on("mon-fri", "09:00-17:00").on("fri", "09:00-12:00");
    assert_eq!(of_hours(twice), "reps.ann.hours.week.mon-fri: `fri` is there twice");
    let into_next = WorkingHours::new().on("mon", "22:00-06:00+1").on("tue", "05:00-09:00");
    assert_eq!(of_hours(into_next), "reps.ann.hours.week: the hours of `mon` run into those of `tue`");
    let dates = WorkingHours::new().closed_on("2026-12-24 to 2026-12-31").on_date("2026-12-31", "09:00-12:00");
    assert_eq!(of_hours(dates), "reps.ann.hours.dates.2026-12-31: `2026-12-24 to 2026-12-31` names that date, too");
    let backwards = WorkingHours::new().closed_on("2026-12-31 to 2026-12-24");
    assert_eq!(
        of_hours(backwards),
        "reps.ann.hours.dates.2026-12-31 to 2026-12-24: `2026-12-31 to 2026-12-24` ends before it begins"
    );
    let many = WorkingHours::new().closed_on("2000-01-01 to 2099-12-31");
    assert_eq!(of_hours(many), "reps.ann.hours.dates: there are more than 10000 dates");
}

#[test]
fn names_that_mean_something_already() {
    assert_eq!(
        of_roster(Roster::new().hours("always", WorkingHours::always())),
        "hours.always: `always` is all the time already; it cannot be defined"
    );
    assert_eq!(
        of_roster(Roster::new().hours(" ", WorkingHours::always())),
        "hours: the name of a set of hours is empty"
    );
    assert_eq!(of_roster(Roster::new().calendar("", Calendar::new())), "calendars: the name of a calendar is empty");
}

#[test]
fn leave_that_cannot_be() {
    let of_leave = |leave: Leave| of_rep(RepRecord::new("ann").leave(leave));
    assert_eq!(
        of_leave(Leave::days("6 July", "2026-07-32")),
        "2 faults\n  \
         reps.ann.leave[0].first_day: `6 July` is not a date; write it like \"2026-12-24\"\n  \
         reps.ann.leave[0].last_day: `2026-07-32` is not a date; write it like \"2026-12-24\""
    );
    assert_eq!(
        of_leave(Leave::between(now(), now())),
        "reps.ann.leave[0]: leave from `2026-03-02T09:00:00Z` until `2026-03-02T09:00:00Z` ends before it begins"
    );
    let refused = toml::from_str::<RepRecord>("id = \"ann\"\nleave = [{ from = \"2026-07-06\" }]\n").unwrap_err();
    assert!(refused.to_string().ends_with(
        "leave, such as { first_day = \"2026-07-06\", last_day = \"2026-07-17\" } or \
         { from = \"2026-08-03T11:00:00Z\", until = \"2026-08-03T14:00:00Z\" }\n"
    ));
}

#[test]
fn caps_never_round_to_never() {
    let refused = |text: &str| text.parse::<Cap>().unwrap_err().to_string();
    assert_eq!(
        refused("0 per day"),
        "`0 per day` is not a cap: a cap of 0 would be never; set a capacity of 0, or mark the rep inactive"
    );
    let form = "write it like \"20 per day\" or \"5 per rolling hour\", with hour, day, week or month";
    for text in ["0.5 per day", "-1 per day", "20 per year", "20/day"] {
        assert_eq!(refused(text), format!("`{text}` is not a cap: {form}"));
    }
    let read = toml::from_str::<RepRecord>("id = \"ann\"\ncaps = [\"0 per day\"]\n").unwrap_err().to_string();
    assert!(read.ends_with(
        "`0 per day` is not a cap: a cap of 0 would be never; set a capacity of 0, or mark the rep inactive\n"
    ));
    let cap: Cap = "5 per day".parse().unwrap();
    let pool = (0..17).fold(PoolRecord::new().zone("?"), |pool, _| pool.cap(cap).member_cap(cap));
    assert_eq!(
        of_roster(Roster::new().pool("smb", pool)),
        "3 faults\n  \
         pools.smb.zone: there is no time zone `?`\n  \
         pools.smb.caps: there are more than 16 caps\n  \
         pools.smb.member_caps: there are more than 16 caps"
    );
}

#[test]
fn ramps_that_lead_nowhere() {
    let rep = RepRecord::new("ann").ramp("smb", now(), 0).ramp("closers", now(), 2);
    assert_eq!(
        of_rep(rep),
        "2 faults\n  \
         reps.ann.ramps.closers: the rep is not in pool `closers`\n  \
         reps.ann.ramps.smb.2026-03-02T09:00:00Z: weight `0` is not from 1 to 1000000"
    );
}

#[test]
fn a_limit_of_no_time() {
    let step: Step = opening_within(Span::default(), round_robin("smb")).into();
    assert_eq!(
        building(Plan::new(step).otherwise("triage"), Roster::new().rep(RepRecord::new("ann").pool("smb"))),
        "route.opening_within.within: `within` needs a length of time above zero"
    );
}

#[test]
fn a_rotation_that_forgives_here_and_keeps_there() {
    let plan =
        Plan::new(first_of((round_robin("smb"), round_robin("smb").absence(Absence::Forgive)))).otherwise("triage");
    assert_eq!(
        building(plan, Roster::new().rep(RepRecord::new("ann").pool("smb"))),
        "route.first_of[1].round_robin: rotation `smb` has another `absence` at `route.first_of[0].round_robin`; \
         give both the same, or each its own `rotation`"
    );
}

#[test]
fn the_same_of_a_running_router() {
    let mut router = Router::new(plan(), Roster::new().rep(RepRecord::new("ann").pool("smb"))).unwrap();
    let rep = RepRecord::new("ann").pool("smb").hours("emea").zone("Europe/Berln");
    assert_eq!(
        router.observe(Event::rep(&rep), now()).unwrap_err().to_string(),
        "2 faults\n  \
         reps.ann.zone: there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`?\n  \
         reps.ann.hours: there is no set of hours `emea`"
    );
    assert_eq!(
        router.observe(Event::pool("smb", PoolRecord::new().zone("UTC+1")), now()).unwrap_err().to_string(),
        "pools.smb.zone: there is no time zone `UTC+1`; did you mean `Etc/GMT-1`?"
    );
}
