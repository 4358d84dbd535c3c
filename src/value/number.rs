//! Numbers that compare by their meaning: exactly, whether they came as integers or as floats.

use super::visit::NumberVisitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The first float above every `i64`; its negative is the smallest `i64`.
const TWO_TO_THE_63: f64 = 9_223_372_036_854_775_808.0;

/// A finite float that equals no `i64`: `2.5`, `-0.1` or `1e300`.
///
/// It is what the `Float` variants of [`Number`] and [`FieldValue`](crate::FieldValue) hold. Whole numbers that fit an
/// `i64` are integers there, so no number has two forms, and `==` and hashes go by meaning. There is no constructor:
/// `Number::try_from` and `FieldValue::from` make one where it is needed.
///
/// ```
/// use lead_router::Number;
///
/// assert!(matches!(Number::try_from(0.5)?, Number::Float(half) if half.get() == 0.5));
/// assert_eq!(Number::try_from(4.0)?, Number::Integer(4));
/// # Ok::<(), lead_router::NotFinite>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finite(f64);

impl Finite {
    /// The float itself; never NaN, never infinite, never `-0.0`.
    ///
    /// ```
    /// use lead_router::FieldValue;
    ///
    /// let score = FieldValue::from(0.75);
    /// assert!(matches!(score, FieldValue::Float(float) if float.get() == 0.75));
    /// ```
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Eq for Finite {}

impl Ord for Finite {
    fn cmp(&self, other: &Self) -> Ordering {
        // The numeric order: without NaN and zeros, the two orders are one.
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Finite {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Finite {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl fmt::Display for Finite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `Debug` of a float is its shortest exact form, with an exponent where it is large.
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A number as conditions compare it: an integer, or a float that is not one.
///
/// Order and equality are exact, between integers and floats too: nothing is rounded on the way. In files it is a
/// plain number.
///
/// ```
/// use lead_router::Number;
///
/// assert_eq!(Number::try_from(500.0)?, Number::from(500));
/// assert!(Number::try_from(0.5)? < Number::from(1));
///
/// let odd = Number::from(9_007_199_254_740_993_i64); // 2^53 + 1, which no float holds
/// assert!(odd > Number::try_from(9_007_199_254_740_992.0)?);
/// # Ok::<(), lead_router::NotFinite>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A number that is no `i64`: a fraction, or too large.
    Float(Finite),
}

/// A float that is NaN or infinite, and so no number to compare with.
///
/// ```
/// use lead_router::Number;
///
/// let refused = Number::try_from(f64::NAN).map_err(|error| error.to_string());
/// assert_eq!(refused, Err("`NaN` is not a finite number".to_owned()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`{0}` is not a finite number")]
pub struct NotFinite(f64);

impl Number {
    /// The nearest float.
    ///
    /// ```
    /// use lead_router::Number;
    ///
    /// assert_eq!(Number::from(80).to_f64(), 80.0);
    /// ```
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float.0,
        }
    }

    /// How many of so many equal parts of a whole this is: none if it is 0 or below, all if it is the whole or above. To
    /// the nearest part, and of two that are equally near to the smaller one. Exact, whatever forms the two have; the
    /// whole must be above 0.
    pub(crate) fn parts_of(self, whole: Self, parts: u32) -> u32 {
        if self <= Self::Integer(0) {
            return 0;
        }
        if self >= whole {
            return parts;
        }
        let ((top, up), (bottom, down)) = (self.scaled(), whole.scaled());
        // Below the whole, `up` is at most `down`; and by more than this, not even half a part is left.
        let Some(apart) = down.checked_sub(up).and_then(|apart| u32::try_from(apart).ok()).filter(|apart| *apart < 34)
        else {
            return 0;
        };
        // INVARIANT: nothing overflows: `top` and `bottom` stay below 2^64, and both products below 2^99.
        let (top, bottom) = (2 * u128::from(parts) * u128::from(top), u128::from(bottom) << apart);
        // The nearest, with halves down: the smallest whole number that is at least the part less one half.
        (top + bottom - 1).checked_div(2 * bottom).map_or(0, |nearest| nearest as u32)
    }

    /// A number above 0 as `mantissa * 2^exponent`, with the mantissa's top bit set.
    fn scaled(self) -> (u64, i32) {
        let (mantissa, exponent) = match self {
            Self::Integer(integer) => (integer.unsigned_abs(), 0),
            Self::Float(float) => {
                const FRACTION: u32 = f64::MANTISSA_DIGITS - 1;
                let bits = float.0.to_bits();
                let (exponent, fraction) = ((bits >> FRACTION) as i32 & 0x7ff, bits & ((1 << FRACTION) - 1));
                // The exponent is off by 1023, and that of the smallest floats, which lack the leading one, by 1022.
                let mantissa = if exponent == 0 { fraction } else { fraction | 1 << FRACTION };
                (mantissa, exponent.max(1) - 1023 - FRACTION as i32)
            }
        };
        let shift = mantissa.leading_zeros();
        (mantissa.checked_shl(shift).unwrap_or(0), exponent - shift as i32)
    }

    /// Whether this is above the other by no more than so much. Exact for integers; of fractions the difference is that
    /// of the floats.
    pub(crate) fn exceeds_by_at_most(self, other: Self, tolerance: Self) -> bool {
        match (self, other) {
            (Self::Integer(this), Self::Integer(other)) => {
                let difference = i128::from(this) - i128::from(other);
                match tolerance {
                    Self::Integer(tolerance) => difference <= i128::from(tolerance),
                    // A whole number is at most a fraction if it is at most what is whole of it; the cast stops at the ends.
                    Self::Float(tolerance) => difference <= tolerance.0.floor() as i128,
                }
            }
            _ => self.to_f64() - other.to_f64() <= tolerance.to_f64(),
        }
    }

    /// Reads what people type and CSV files hold: an optional sign, digits, an optional fraction.
    pub(super) fn from_plain_decimal(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return None;
        }
        if fraction.bytes().all(|b| b == b'0') {
            // By way of a float, 9007199254740993.0 would lose its last digit.
            let integer = text.split_once('.').map_or(text, |(integer, _)| integer);
            if let Ok(integer) = integer.parse() {
                return Some(Self::Integer(integer));
            }
        }
        Self::try_from(text.parse::<f64>().ok()?).ok()
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left.cmp(right),
            (Self::Float(left), Self::Float(right)) => left.cmp(right),
            (Self::Integer(left), Self::Float(right)) => integer_against(*left, *right),
            (Self::Float(left), Self::Integer(right)) => integer_against(*right, *left).reverse(),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares without rounding; the two are never equal, because a [`Finite`] equals no integer.
fn integer_against(integer: i64, float: Finite) -> Ordering {
    let float = float.0;
    if float >= TWO_TO_THE_63 {
        Ordering::Less
    } else if float < -TWO_TO_THE_63 {
        Ordering::Greater
    } else {
        // In this range the floor is an exact `i64`, and the float lies strictly above it.
        let floor = float.floor() as i64;
        if integer <= floor { Ordering::Less } else { Ordering::Greater }
    }
}

impl TryFrom<f64> for Number {
    type Error = NotFinite;

    fn try_from(float: f64) -> Result<Self, NotFinite> {
        if !float.is_finite() {
            Err(NotFinite(float))
        } else if float.trunc() == float && (-TWO_TO_THE_63..TWO_TO_THE_63).contains(&float) {
            Ok(Self::Integer(float as i64))
        } else {
            Ok(Self::Float(Finite(float)))
        }
    }
}

impl From<u64> for Number {
    /// Above `i64::MAX` it is the nearest float.
    fn from(integer: u64) -> Self {
        Self::from_u128(u128::from(integer))
    }
}

impl Number {
    /// The integer itself, or the nearest float if it is too large: no `u128` is too large for a float.
    pub(super) fn from_u128(integer: u128) -> Self {
        match i64::try_from(integer) {
            Ok(integer) => Self::Integer(integer),
            Err(_) => Self::Float(Finite(integer as f64)),
        }
    }

    /// The integer itself, or the nearest float if it is out of range.
    pub(super) fn from_i128(integer: i128) -> Self {
        match i64::try_from(integer) {
            Ok(integer) => Self::Integer(integer),
            // Just below the range, the nearest float is the range's end: an `i64` again.
            Err(_) if integer as f64 == -TWO_TO_THE_63 => Self::Integer(i64::MIN),
            Err(_) => Self::Float(Finite(integer as f64)),
        }
    }
}

macro_rules! from_small_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                Self::Integer(i64::from(integer))
            }
        }
    )*};
}
from_small_integers!(i64, i32, i16, i8, u32, u16, u8);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => float.fmt(f),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(integer) => serializer.serialize_i64(*integer),
            Self::Float(float) => serializer.serialize_f64(float.0),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}
