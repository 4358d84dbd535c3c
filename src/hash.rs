//! The crate's one stable hash: SipHash-2-4 with the fixed reference key, over length-prefixed UTF-8.
//!
//! It settles ties, and it is part of what a router promises: the same names give the same lots on every machine and
//! in every version. SipHash is J.-P. Aumasson and D. J. Bernstein's (*SipHash: a fast short-input PRF*, 2012); the key
//! is that of the paper's test vectors, the bytes `00 01 .. 0f`.

use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// The key of the paper's test vectors, as two little-endian words.
const KEY: (u64, u64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);

/// The stable hash of a list of texts: each one's length in bytes as a little-endian `u64`, then its UTF-8.
///
/// Because of the lengths, `["ab", "c"]` and `["a", "bc"]` differ. Use it in a custom strategy wherever chance is
/// wanted: it gives the same answer on every machine, for ever.
///
/// ```
/// use lead_router::stable_hash;
///
/// assert_eq!(stable_hash(&[]), 0x726f_db47_dd0e_0e31); // the paper's vector for the empty input
/// assert_eq!(stable_hash(&["smb", "ann"]), 0x2492_08ae_c593_722c); // this and the next: a second implementation
/// assert_eq!(stable_hash(&["smb", "zoë"]), 0x5660_b17c_8c90_dd6e);
/// assert_ne!(stable_hash(&["ab", "c"]), stable_hash(&["a", "bc"]));
/// ```
#[must_use]
pub fn stable_hash(parts: &[&str]) -> u64 {
    let mut hasher = SipHasher24::new_with_keys(KEY.0, KEY.1);
    for part in parts {
        hasher.write(&(part.len() as u64).to_le_bytes());
        hasher.write(part.as_bytes());
    }
    hasher.finish()
}
