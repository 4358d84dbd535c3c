//! Plain turns: a cursor for each pool, which moves on to the next available member once it has given as many leads in a
//! row as the member weighs.

use crate::expert::Turns;
use crate::scenario::Scenario;

#[derive(Debug)]
pub(crate) struct Cursors {
    pools: Vec<Pool>,
    /// Each member's rep and weight, pool after pool.
    members: Vec<(u32, u32)>,
    /// Of pools with more than 64 members, who is available.
    large: Vec<Bits>,
}

#[derive(Debug, Clone, Copy)]
struct Pool {
    /// Who is available, in pools of up to 64.
    available: u64,
    first: u32,
    cursor: u32,
    given: u32,
    /// The place in `large`, if it is there.
    large: u32,
}

const SMALL: u32 = u32::MAX;

impl Turns for Cursors {
    fn new(scenario: &Scenario) -> Self {
        let mut of_pools = vec![Vec::new(); scenario.pools.len()];
        for (index, rep) in scenario.reps.iter().enumerate() {
            for &(pool, weight) in &rep.pools {
                of_pools[pool].push((index as u32, weight));
            }
        }
        let mut cursors = Self { pools: Vec::new(), members: Vec::new(), large: Vec::new() };
        for members in &of_pools {
            let mut pool =
                Pool { available: 0, first: cursors.members.len() as u32, cursor: 0, given: 0, large: SMALL };
            if members.len() > 64 {
                pool.large = cursors.large.len() as u32;
                cursors.large.push(Bits::new(members.len()));
            }
            cursors.pools.push(pool);
            cursors.members.extend(members);
        }
        cursors
    }

    fn set_available(&mut self, pool: u32, seat: u32, is_available: bool) {
        let pool = &mut self.pools[pool as usize];
        if pool.large != SMALL {
            self.large[pool.large as usize].set(seat, is_available);
        } else if is_available {
            pool.available |= 1 << seat;
        } else {
            pool.available &= !(1 << seat);
        }
    }

    fn take(&mut self, pool: u32) -> Option<u32> {
        let Self { pools, members, large } = self;
        let pool = &mut pools[pool as usize];
        let members = &members[pool.first as usize..];
        let large = large.get(pool.large as usize);
        let stays = pool.given < members[pool.cursor as usize].1
            && match large {
                None => pool.available >> pool.cursor & 1 == 1,
                Some(bits) => bits.has(pool.cursor),
            };
        if !stays {
            pool.cursor = match large {
                Some(bits) => bits.first_from(pool.cursor + 1).or_else(|| bits.first_from(0))?,
                None if pool.available == 0 => return None,
                None => {
                    let later = pool.available & u64::MAX.checked_shl(pool.cursor + 1).unwrap_or(0);
                    if later == 0 { pool.available.trailing_zeros() } else { later.trailing_zeros() }
                }
            };
            pool.given = 0;
        }
        pool.given += 1;
        Some(members[pool.cursor as usize].0)
    }
}

/// A set of bits, with sets above it of which words are not empty: the next one is found in a few steps at any size.
#[derive(Debug)]
struct Bits {
    /// The set itself first; the last has one word.
    layers: Vec<Vec<u64>>,
}

impl Bits {
    fn new(mut size: usize) -> Self {
        let mut layers = Vec::new();
        loop {
            size = size.div_ceil(64);
            layers.push(vec![0; size]);
            if size <= 1 {
                return Self { layers };
            }
        }
    }

    fn has(&self, bit: u32) -> bool {
        self.layers[0][bit as usize / 64] >> (bit % 64) & 1 == 1
    }

    fn set(&mut self, mut bit: u32, is_set: bool) {
        for layer in &mut self.layers {
            let word = &mut layer[bit as usize / 64];
            let before = *word;
            *word = if is_set { *word | 1 << (bit % 64) } else { *word & !(1 << (bit % 64)) };
            // Above, only whether a word is empty counts.
            if (before == 0) == (*word == 0) {
                return;
            }
            bit /= 64;
        }
    }

    /// The first bit that is set, from a place on.
    fn first_from(&self, mut bit: u32) -> Option<u32> {
        let mut height = 0;
        loop {
            let word = *self.layers.get(height)?.get(bit as usize / 64).unwrap_or(&0);
            let rest = word >> (bit % 64);
            if rest != 0 {
                bit += rest.trailing_zeros();
                break;
            }
            bit = bit / 64 + 1;
            height += 1;
        }
        for layer in self.layers[..height].iter().rev() {
            bit = bit * 64 + layer[bit as usize].trailing_zeros();
        }
        Some(bit)
    }
}
