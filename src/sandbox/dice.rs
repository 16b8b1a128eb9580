//! Which request meets which fault: a hash of seed, request number and fault, so that the same seed gives the same
//! faults in the same order, without any lock.

use std::sync::atomic::{AtomicU64, Ordering};

use super::faults::{Fault, Faults, Share};

/// Numbers the requests and throws for each.
#[derive(Debug)]
pub(super) struct Dice {
    seed: u64,
    thrown: AtomicU64,
}

/// The faults that fall on one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Throw {
    /// Before anything is looked at: [`Fault::Reset`], [`Fault::Unavailable`] or [`Fault::TooMany`].
    pub(super) early: Option<Fault>,
    /// [`Fault::ExpireSession`] falls on it, if it comes with a session.
    pub(super) expire: bool,
    /// If it writes: [`Fault::LostAnswer`] or [`Fault::LateCommit`].
    pub(super) answer: Option<Fault>,
    /// If it makes an entry: [`Fault::StaleSearch`].
    pub(super) stale: Option<Fault>,
}

/// What a throw is for; each gets numbers of its own.
#[derive(Clone, Copy)]
enum For {
    Reset = 1,
    Unavailable,
    RetryAfter,
    TooMany,
    Expire,
    LostAnswer,
    LateCommit,
    Stale,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, thrown: AtomicU64::new(0) }
    }

    /// How many requests were thrown for so far.
    pub(super) fn thrown(&self) -> u64 {
        self.thrown.load(Ordering::Relaxed)
    }

    /// The faults of the next request.
    pub(super) fn throw(&self, faults: &Faults) -> Throw {
        let number = self.thrown.fetch_add(1, Ordering::Relaxed);
        let hit = |what, share: Share| share > Share::NONE && self.hit(number, what, share);
        let early = if hit(For::Reset, faults.reset) {
            Some(Fault::Reset)
        } else if hit(For::Unavailable, faults.unavailable) {
            let with_time = self.hit(number, For::RetryAfter, Share::percent(50));
            Some(Fault::Unavailable(with_time.then_some(faults.unavailable_retry_after)))
        } else if hit(For::TooMany, faults.too_many) {
            Some(Fault::TooMany(faults.too_many_retry_after))
        } else {
            None
        };
        let answer = if hit(For::LostAnswer, faults.lost_answer) {
            Some(Fault::LostAnswer)
        } else if hit(For::LateCommit, faults.late_commit) {
            Some(Fault::LateCommit(faults.late_by))
        } else {
            None
        };
        Throw {
            early,
            expire: hit(For::Expire, faults.expire_session),
            answer,
            stale: hit(For::Stale, faults.stale_search).then_some(Fault::StaleSearch(faults.stale_for)),
        }
    }

    fn hit(&self, number: u64, what: For, share: Share) -> bool {
        let mixed = mix(mix(self.seed ^ mix(number)).wrapping_add(what as u64));
        // The upper bits, scaled to a million: free of the bias that a remainder has.
        let thrown = (u128::from(mixed) * u128::from(Share::ALL.as_per_million())) >> 64;
        thrown < u128::from(share.as_per_million())
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throws(seed: u64, faults: &str, count: usize) -> Vec<Throw> {
        let (dice, faults) = (Dice::new(seed), faults.parse().unwrap());
        (0..count).map(|_| dice.throw(&faults)).collect()
    }

    #[test]
    fn the_same_seed_throws_the_same_and_another_does_not() {
        let faults = "503=5%,reset=1%,lost_answer=1%,late_commit=1%";
        assert_eq!(throws(7, faults, 500), throws(7, faults, 500));
        assert_ne!(throws(7, faults, 500), throws(8, faults, 500));
    }

    #[test]
    fn shares_are_met() {
        let thrown = throws(1, "503=5%,lost_answer=2%,late_commit=2%,stale_search=1%,expire_session=100%", 20_000);
        let count = |wanted: &dyn Fn(&Throw) -> bool| thrown.iter().filter(|thrown| wanted(thrown)).count();
        let unavailable = count(&|thrown| matches!(thrown.early, Some(Fault::Unavailable(_))));
        let with_time = count(&|thrown| matches!(thrown.early, Some(Fault::Unavailable(Some(_)))));
        assert!((850..1150).contains(&unavailable), "{unavailable}");
        assert!((unavailable * 2 / 5..unavailable * 3 / 5).contains(&with_time), "{with_time} of {unavailable}");
        assert!((320..480).contains(&count(&|thrown| thrown.answer == Some(Fault::LostAnswer))));
        assert!((140..260).contains(&count(&|thrown| thrown.stale.is_some())));
        assert_eq!(count(&|thrown| thrown.expire), 20_000);
        assert!(throws(1, "", 1000).iter().all(|thrown| *thrown == Throw::default()));
    }
}
