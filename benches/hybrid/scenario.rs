//! The reference scenario: one description of a team and of a day's leads, from which every contestant is built.
//!
//! The policy, for each lead:
//! 1. its e-mail domain belongs to an account with an active owner: the owner;
//! 2. it shows intent (asked for a demo, watched the video, filled the pricing form): available closers in turn, else
//!    straight to 4;
//! 3. by company size: below 100 `smb` in turn; below 1 000 by score `senior`, `mid` or `junior` in turn; above, healthcare
//!    and finance to `specialists` in turn if one is available, all others to the most specific territory by country and
//!    region, whose team takes turns by weight;
//! 4. whoever of all who are available has the fewest open leads;
//! 5. a queue.

use arrayvec::ArrayString;
use chrono::{DateTime, Utc};
use std::collections::VecDeque;

/// Midnight of a Monday, UTC.
pub(crate) const START: i64 = 1_772_409_600_000;
const DAY: i64 = 86_400_000;

/// Leads that are decided on between two looks at the clock of the bench.
pub(crate) const BATCH: usize = 64;

/// How large everything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) reps: usize,
    pub(crate) territories: usize,
    pub(crate) accounts: usize,
    /// Leads a day.
    pub(crate) leads: usize,
}

impl Size {
    pub(crate) fn new(reps: usize, territories: usize, accounts: usize) -> Self {
        Self { reps, territories, accounts, leads: 100_000 }
    }

    /// After how many more leads one is closed: four a rep, but no more than half a day's.
    pub(crate) fn closed_after(&self) -> usize {
        (4 * self.reps).clamp(BATCH, self.leads / 2)
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} reps, {} territories, {} accounts", self.reps, self.territories, self.accounts)
    }
}

/// Hours that reps share: every day, by the clocks of a zone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hours {
    pub(crate) name: &'static str,
    pub(crate) zone: chrono_tz::Tz,
    pub(crate) opens: u32,
    pub(crate) closes: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Rep {
    /// In the order of the indexes.
    pub(crate) id: String,
    /// An index of [`Scenario::hours`]; none for around the clock.
    pub(crate) hours: Option<usize>,
    pub(crate) capacity: u32,
    pub(crate) is_active: bool,
    /// Indexes of [`Scenario::pools`], each with a weight.
    pub(crate) pools: Vec<(usize, u32)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Territory {
    pub(crate) name: String,
    pub(crate) country: Code,
    pub(crate) region: Option<Code>,
    /// The pool of its team.
    pub(crate) team: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) domain: String,
    /// The index of the rep.
    pub(crate) owner: usize,
}

/// A country or a region: two letters.
pub(crate) type Code = ArrayString<4>;

/// A lead as an expert would keep it: fields with types, text in place. The crate reads the same one by the names of fields.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub(crate) id: ArrayString<12>,
    pub(crate) email: ArrayString<32>,
    pub(crate) industry: ArrayString<16>,
    pub(crate) country: Code,
    pub(crate) region: Code,
    pub(crate) employees: u32,
    pub(crate) score: u32,
    pub(crate) requested_demo: bool,
    pub(crate) watched_video: bool,
    pub(crate) filled_pricing: bool,
}

/// When a lead comes in: as hosts have it, and as hand-written code counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) utc: DateTime<Utc>,
    pub(crate) millis: i64,
}

impl Moment {
    pub(crate) fn new(millis: i64) -> Self {
        Self { utc: DateTime::from_timestamp_millis(millis).unwrap_or_default(), millis }
    }
}

#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) size: Size,
    pub(crate) hours: Vec<Hours>,
    /// Names: those of the policy, in the order of the constants below, then teams.
    pub(crate) pools: Vec<String>,
    pub(crate) reps: Vec<Rep>,
    pub(crate) territories: Vec<Territory>,
    pub(crate) accounts: Vec<Account>,
    /// One day of leads. They come again the next day, when those of the day before are long closed.
    pub(crate) leads: Vec<Lead>,
}

pub(crate) const CLOSERS: usize = 0;
pub(crate) const SMB: usize = 1;
pub(crate) const SENIOR: usize = 2;
pub(crate) const MID: usize = 3;
pub(crate) const JUNIOR: usize = 4;
pub(crate) const SPECIALISTS: usize = 5;
const POLICY_POOLS: [&str; 6] = ["closers", "smb", "senior", "mid", "junior", "specialists"];

/// For each pool of the policy, which of ten reps in a row are in it.
const IN_POOL: [&[usize]; 6] = [&[0, 4, 8], &[0, 1, 2, 3], &[4, 5], &[5, 6, 7], &[7, 8, 9], &[2, 6, 9]];
/// Which of ten reps in a row are in the team of a territory.
const IN_TEAM: [usize; 5] = [1, 3, 5, 7, 9];

/// How each of ten reps in a row works. In every pool somebody is there at any hour, unless offline.
const WORKS: [Work; 10] = {
    use Work::{AllDay, Long, Office};
    [Office, Long, AllDay, Office, AllDay, Long, Office, AllDay, Office, Long]
};

#[derive(Clone, Copy, PartialEq)]
enum Work {
    /// 09:00 to 17:00 in the rep's zone.
    Office,
    /// 07:00 to 19:00 in the rep's zone.
    Long,
    AllDay,
}

const ZONES: [(chrono_tz::Tz, &str, &str); 12] = {
    use chrono_tz::{America, Asia, Australia, Europe};
    [
        (America::Los_Angeles, "office Los Angeles", "long Los Angeles"),
        (Asia::Tokyo, "office Tokyo", "long Tokyo"),
        (Europe::Berlin, "office Berlin", "long Berlin"),
        (America::New_York, "office New York", "long New York"),
        (Asia::Kolkata, "office Kolkata", "long Kolkata"),
        (America::Sao_Paulo, "office Sao Paulo", "long Sao Paulo"),
        (Australia::Sydney, "office Sydney", "long Sydney"),
        (Europe::London, "office London", "long London"),
        (Asia::Dubai, "office Dubai", "long Dubai"),
        (America::Denver, "office Denver", "long Denver"),
        (Asia::Singapore, "office Singapore", "long Singapore"),
        (America::Chicago, "office Chicago", "long Chicago"),
    ]
};

const INDUSTRIES: [&str; 8] =
    ["healthcare", "finance", "retail", "manufacturing", "software", "education", "logistics", "energy"];

/// Seeded chance: SplitMix64, which is a few lines and the same everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

impl Scenario {
    pub(crate) fn new(size: Size) -> Self {
        let hours: Vec<Hours> = (ZONES.iter())
            .flat_map(|&(zone, office, long)| {
                let hours = |name, opens, closes| Hours { name, zone, opens, closes };
                [hours(office, 9, 17), hours(long, 7, 19)]
            })
            .collect();
        // About five in a team, if there are territories enough.
        let members = size.reps / 2;
        let teams = size.territories.min((members / 5).max(2));
        let pools = POLICY_POOLS.iter().map(|name| (*name).to_owned());
        let pools = pools.chain((0..teams).map(|team| format!("team-{team:05}"))).collect();
        let reps = (0..size.reps).map(|number| rep(number, size, teams)).collect();
        let territories = (0..size.territories).map(|number| territory(number, size.territories, teams)).collect();
        let accounts = (0..size.accounts).map(|number| account(number, size)).collect();
        let mut dice = Dice(7);
        let leads = (0..size.leads).map(|number| lead(number, size, &mut dice)).collect();
        Self { size, hours, pools, reps, territories, accounts, leads }
    }

    /// The lead that comes in as this one since the start, counted over all days.
    pub(crate) fn lead(&self, number: usize) -> &Lead {
        &self.leads[number % self.leads.len()]
    }

    /// When it comes in.
    pub(crate) fn moment(&self, number: usize) -> Moment {
        let (number, leads) = (number as i64, self.leads.len() as i64);
        Moment::new(START + number / leads * DAY + number % leads * DAY / leads)
    }

    pub(crate) fn presences(&self) -> Presences {
        Presences::new(self.size.reps)
    }
}

pub(crate) fn rep_id(rep: usize) -> String {
    format!("rep-{rep:06}")
}

fn rep(number: usize, size: Size, teams: usize) -> Rep {
    let (row, place) = (number / 10, number % 10);
    let zone = (place + 11 * row) % ZONES.len();
    let hours = match WORKS[place] {
        Work::Office => Some(2 * zone),
        Work::Long => Some(2 * zone + 1),
        Work::AllDay => None,
    };
    let mut pools: Vec<(usize, u32)> =
        (0..IN_POOL.len()).filter(|pool| IN_POOL[*pool].contains(&place)).map(|pool| (pool, 1)).collect();
    if let Some(half) = IN_TEAM.iter().position(|member| *member == place) {
        let member = row * IN_TEAM.len() + half;
        pools.push((IN_POOL.len() + member % teams, 1 + (member / teams % 3) as u32));
    }
    // Whoever is in a team has room for all leads there are: with small teams, whether anybody has room would else depend on
    // who had the leads before, and contestants would part. Pools of only a few have no members to spare, either.
    let is_scarce = size.reps >= 100 && place % 2 == 0;
    let open_on_average = size.closed_after().max(size.reps) / size.reps;
    let capacity = if is_scarce { 2 * open_on_average + number % 3 } else { size.leads };
    Rep { id: rep_id(number), hours, capacity: capacity as u32, is_active: number % 50 != 43, pools }
}

/// Territories of a country: all of it, and some of its regions.
fn regions(territories: usize) -> usize {
    match territories {
        0..100 => 5,
        100..5_000 => 25,
        _ => 50,
    }
}

fn territory(number: usize, territories: usize, teams: usize) -> Territory {
    let regions = regions(territories);
    let (country, region) = (code(number / regions), number % regions);
    let region = region.checked_sub(1).map(code);
    let name = match region {
        Some(region) => format!("{country} {region}"),
        None => country.to_string(),
    };
    Territory { name, country, region, team: IN_POOL.len() + number % teams }
}

fn code(number: usize) -> Code {
    let letter = |place: usize| char::from(b'A' + (place % 26) as u8);
    text(&String::from_iter([letter(number / 26), letter(number)]))
}

fn account(number: usize, size: Size) -> Account {
    let owner = Dice(number as u64).below(size.reps);
    Account { id: format!("A-{number:07}"), domain: domain(number), owner }
}

fn domain(number: usize) -> String {
    format!("company-{number:07}.example")
}

fn lead(number: usize, size: Size, dice: &mut Dice) -> Lead {
    let company = if dice.percent(10) { dice.below(size.accounts) } else { size.accounts + dice.below(1_000_000) };
    let is_hot = dice.percent(5);
    let [demo, video, pricing] = [(); 3].map(|()| is_hot || dice.percent(30));
    let employees = match dice.below(3) {
        0 => 1 + dice.below(99),
        1 => 100 + dice.below(900),
        _ => 1_000 + dice.below(50_000),
    };
    let regions = regions(size.territories);
    // A few from countries, and some from regions, that no territory names.
    let unknown = 26 * 26 - 1;
    let country = if dice.percent(5) { unknown } else { dice.below(size.territories.div_ceil(regions)) };
    let region = if dice.percent(20) { unknown } else { dice.below(regions - 1) };
    Lead {
        id: text(&format!("L-{number:06}")),
        email: text(&format!("jo@{}", domain(company))),
        industry: text(INDUSTRIES[dice.below(INDUSTRIES.len())]),
        country: code(country),
        region: code(region),
        employees: employees as u32,
        score: dice.below(101) as u32,
        requested_demo: demo,
        watched_video: video,
        filled_pricing: pricing && (is_hot || !(demo && video)),
    }
}

fn text<const ROOM: usize>(text: &str) -> ArrayString<ROOM> {
    ArrayString::from(text).unwrap_or_default()
}

/// Who comes and goes. Each contestant hears of the same.
#[derive(Debug, Clone)]
pub(crate) struct Presences {
    dice: Dice,
    is_away: Vec<bool>,
    away: VecDeque<usize>,
    has_just_gone: bool,
}

impl Presences {
    /// A tenth of the team is away at the start: [`Presences::away`].
    fn new(reps: usize) -> Self {
        let mut presences =
            Self { dice: Dice(11), is_away: vec![false; reps], away: VecDeque::new(), has_just_gone: false };
        for _ in 0..reps / 10 {
            presences.go();
        }
        presences
    }

    pub(crate) fn away(&self) -> impl Iterator<Item = usize> {
        self.away.iter().copied()
    }

    fn go(&mut self) -> usize {
        loop {
            let rep = self.dice.below(self.is_away.len());
            if !self.is_away[rep] {
                self.is_away[rep] = true;
                self.away.push_back(rep);
                return rep;
            }
        }
    }

    /// Somebody goes, then whoever has been away for longest comes, and so on: about a tenth is away at any time.
    pub(crate) fn flip(&mut self) -> (usize, bool) {
        self.has_just_gone = !self.has_just_gone;
        if !self.has_just_gone
            && let Some(rep) = self.away.pop_front()
        {
            self.is_away[rep] = false;
            return (rep, true);
        }
        (self.go(), false)
    }
}
