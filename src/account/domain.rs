//! E-mail domains: what of a text they are, and which of them are the same.

use crate::condition::lower_hash;
use crate::table::fast_hash_of;
use memchr::memrchr;
use std::borrow::Cow;

/// A domain without what people write around it.
fn plain(domain: &str) -> &str {
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if is_bare(domain.as_bytes().first()) && is_bare(domain.as_bytes().last()) {
        return domain;
    }
    let around = |mark: char| move |letter: char| letter == mark || letter.is_whitespace();
    domain.trim_start_matches(around('@')).trim_end_matches(around('.'))
}

/// A domain as it is compared. They reach us in lower case nearly always: only the others are copied.
pub(crate) fn folded(domain: &str) -> Cow<'_, str> {
    let domain = plain(domain);
    if domain.bytes().any(|byte| !byte.is_ascii() || byte.is_ascii_uppercase()) {
        Cow::Owned(domain.to_lowercase())
    } else {
        Cow::Borrowed(domain)
    }
}

/// The text after the last `@` of an e-mail address.
pub(crate) fn email_domain(email: &str) -> Option<&str> {
    let at = memrchr(b'@', email.as_bytes())?;
    email.get(at + 1..).map(str::trim_end)
}

/// A domain that is looked for. Allocates only for one that is not ASCII.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    /// In lower case, unless it is ASCII.
    domain: Cow<'a, str>,
    pub(super) hash: u64,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(domain: &'a str) -> Self {
        let domain = plain(domain);
        let (domain, hash) = match lower_hash(domain.as_bytes()) {
            Some(hash) => (Cow::Borrowed(domain), hash),
            None => {
                let domain = domain.to_lowercase();
                let hash = lower_hash(domain.as_bytes()).unwrap_or_else(|| fast_hash_of(domain.as_bytes()));
                (Cow::Owned(domain), hash)
            }
        };
        // In tests of the crate itself, many domains have one hash.
        Self { domain, hash: if cfg!(test) { hash % 16 } else { hash } }
    }

    /// Whether a domain is the one that is looked for, however it is written.
    pub(super) fn is(&self, domain: &str) -> bool {
        let domain = plain(domain);
        // Of texts in lower case, only equal ones differ in nothing but the case of ASCII.
        if domain.is_ascii() {
            domain.eq_ignore_ascii_case(&self.domain)
        } else {
            domain.to_lowercase().eq_ignore_ascii_case(&self.domain)
        }
    }

    /// The domain in lower case.
    pub(super) fn folded(&self) -> Cow<'_, str> {
        folded(&self.domain)
    }
}
