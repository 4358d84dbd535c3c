//! What the user asks for on the command line.

use crate::areas::Areas;
use crate::enrich::Enrichment;
use std::path::{Path, PathBuf};

pub(crate) const HELP: &str = "\
Routes leads from files: who gets which lead, why, and a proof that it was fair.

usage: route_leads [OPTIONS]

input, each from the sample in examples/data unless said
  --plan FILE           which lead goes to whom; TOML or JSON
  --roster FILE         the reps; TOML, JSON, or CSV with columns id, name, active, pools,
                        capacity, manager, roles, zone, hours, leave, caps; every other column
                        becomes a field of the rep
  --leads FILE          CSV with a header, or JSON lines; `-` reads standard input
  --accounts FILE       who owns which company; TOML, JSON, or CSV with columns id, owner, domains,
                        and open_opportunities, customer, lost_at, late_stage if you know them
  --areas NAME=FILE     territories, as the step NAME of the plan; CSV with columns territory,
                        accounts, domains, and in each row one of rep, pool, queue, parked, step;
                        every other column is a field of the leads; may be repeated
  --id COLUMN           the leads' ids; `id` unless said
  --time COLUMN         when leads came in; `at` unless said; without it, all come in now
  --enrich FILE=COLUMN  adds the columns of a CSV file to the leads whose COLUMN is its key: the
                        file's column of the same name, else its first; may be repeated

output
  --output FILE         assignments as CSV; standard output unless said
  --rejects FILE        rows that cannot be read, with the reason; beside the output unless said
  --shares FILE         each rep's turns and entitlement in each rotation, as CSV
  --state DIR           goes on where the last run with this folder stopped, and keeps a journal
                        and a snapshot there for the next one
  --explain LEAD        prints the steps that this lead comes through, in place of assignments
                        and summary; with --output, beside them; with --state, also those of
                        earlier runs, as they were then
  --help                prints this

In a roster, pools are written `smb; closers:3`, with weights after a colon; hours
`mon-thu 09:00-18:00; fri 09:00-15:00` or `always`, in the zone of the rep; leave
`2026-07-06 to 2026-07-17`; caps `20 per day; 5 per rolling hour`. Several values in one cell are
separated by `;`. Times are RFC 3339, `2026-03-02 14:30` or `2026-03-02`, in UTC where
they say no offset. The summary goes to standard error.

exit status: 0 if every row was routed, 1 if none was, 2 if some rows could not be read
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Request {
    Help,
    Route(Box<Arguments>),
}

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) plan: PathBuf,
    pub(crate) roster: PathBuf,
    pub(crate) leads: PathBuf,
    pub(crate) accounts: Option<PathBuf>,
    pub(crate) areas: Vec<Areas>,
    pub(crate) id: String,
    pub(crate) time: Option<String>,
    pub(crate) enrichments: Vec<Enrichment>,
    pub(crate) output: Option<PathBuf>,
    pub(crate) rejects: Option<PathBuf>,
    pub(crate) shares: Option<PathBuf>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) explain: Option<String>,
}

impl Arguments {
    pub(crate) fn parse() -> Result<Request, String> {
        Self::read(lexopt::Parser::from_env()).map_err(|error| error.to_string())
    }

    fn read(mut parser: lexopt::Parser) -> Result<Request, lexopt::Error> {
        use lexopt::prelude::*;

        let (mut plan, mut roster, mut leads, mut accounts) = (None, None, None, None);
        let (mut id, mut time, mut explain) = (None, None, None);
        let (mut output, mut rejects, mut shares, mut state) = (None, None, None, None);
        let (mut enrichments, mut areas) = (Vec::new(), Vec::new());
        while let Some(argument) = parser.next()? {
            match argument {
                Long("plan") => plan = Some(PathBuf::from(parser.value()?)),
                Long("roster") => roster = Some(PathBuf::from(parser.value()?)),
                Long("leads") => leads = Some(PathBuf::from(parser.value()?)),
                Long("accounts") => accounts = Some(PathBuf::from(parser.value()?)),
                Long("areas") => areas.push(parser.value()?.parse_with(Areas::parse)?),
                Long("id") => id = Some(parser.value()?.string()?),
                Long("time") => time = Some(parser.value()?.string()?),
                Long("enrich") => enrichments.push(parser.value()?.parse_with(Enrichment::parse)?),
                Long("output") => output = Some(PathBuf::from(parser.value()?)),
                Long("rejects") => rejects = Some(PathBuf::from(parser.value()?)),
                Long("shares") => shares = Some(PathBuf::from(parser.value()?)),
                Long("state") => state = Some(PathBuf::from(parser.value()?)),
                Long("explain") => explain = Some(parser.value()?.string()?),
                Short('h') | Long("help") => return Ok(Request::Help),
                _ => return Err(argument.unexpected()),
            }
        }
        // The sample's accounts belong to the sample's reps.
        let accounts = accounts.or_else(|| roster.is_none().then(|| sample("accounts.csv")));
        Ok(Request::Route(Box::new(Self {
            plan: plan.unwrap_or_else(|| sample("plan.toml")),
            roster: roster.unwrap_or_else(|| sample("roster.csv")),
            leads: leads.unwrap_or_else(|| sample("leads.csv")),
            accounts,
            areas,
            id: id.unwrap_or_else(|| "id".to_owned()),
            time,
            enrichments,
            output,
            rejects,
            shares,
            state,
            explain,
        })))
    }
}

fn sample(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data").join(file)
}
