//! A progress bar for long input, if somebody sits in front of standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

/// Input that is done sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// How far the leads have come.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    since: Instant,
    is_shown: bool,
}

impl Progress {
    pub(crate) fn new(leads: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(leads as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} leads, {eta} to go");
        Self {
            bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
            since: Instant::now(),
            is_shown: false,
        }
    }

    /// One more lead is done.
    pub(crate) fn step(&mut self) {
        self.bar.inc(1);
        if !self.is_shown && self.since.elapsed() > PATIENCE && stderr().is_terminal() {
            self.is_shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    /// Leaves the terminal as it was: the summary comes next.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
