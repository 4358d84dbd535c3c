//! What a strategy gives as its reason.

use crate::reason::{Reason, Text, Why};

/// The reason that a strategy gives: words of its own, or one of the crate's [`Reason`]s.
///
/// ```
/// use lead_router::{Verdict, strategy::Because};
///
/// let passed = Verdict::Pass(Because::from("an odd day"));
/// let counted = Verdict::Pass(Because::from(format!("{} wins so far", 12)));
/// # let _ = (passed, counted);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because(pub(crate) Why);

impl<Words: Into<Text>> From<Words> for Because {
    /// Words of its own: lower case, no full stop.
    fn from(words: Words) -> Self {
        Self(Reason::Other(words.into()))
    }
}
