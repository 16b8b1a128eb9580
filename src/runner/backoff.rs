//! How long to wait before the next attempt.

use std::time::Duration;

use crate::recipe::model::Retry;

/// The wait after so many attempts (at least 1): random below a bound that doubles each time ("full jitter"), so that
/// many workers do not come back at once; at least what the target asked for. None where the target asks for more than
/// the recipe is willing to wait.
pub(super) fn wait(retry: Retry, attempts: u32, asked: Option<Duration>) -> Option<Duration> {
    let doubled = retry.wait.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
    let bound = doubled.min(retry.max_wait);
    let random = bound.mul_f64(fastrand::f64());
    match asked {
        Some(asked) if asked > retry.max_wait => None,
        // A little on top, so that those who were sent away together do not come back together.
        Some(asked) => Some(asked + random.mul_f64(0.1)),
        None => Some(random),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry { attempts: 4, wait: Duration::from_secs(1), max_wait: Duration::from_secs(60) };

    #[test]
    fn waits_are_random_below_a_bound_that_doubles() {
        for (attempts, bound) in [(1, 1), (2, 2), (3, 4), (7, 60), (u32::MAX, 60)] {
            let waits: Vec<Duration> = (0..200).filter_map(|_| wait(RETRY, attempts, None)).collect();
            let (longest, shortest) = (waits.iter().max().unwrap(), waits.iter().min().unwrap());
            assert!(*longest <= Duration::from_secs(bound), "{longest:?} after {attempts} attempts");
            assert!(*longest > Duration::from_secs(bound) / 2 && *shortest < Duration::from_secs(bound) / 2);
        }
    }

    #[test]
    fn what_the_target_asks_for_is_kept_or_declined() {
        let asked = wait(RETRY, 1, Some(Duration::from_secs(5))).unwrap();
        assert!(asked >= Duration::from_secs(5) && asked < Duration::from_secs(6));
        assert_eq!(wait(RETRY, 1, Some(Duration::from_secs(3600))), None);
    }
}
