//! Runs code of libraries that may panic on files of strangers: such a panic ends the reading of the file with a message
//! of ours, and its own words, which help no user, do not reach the screen.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs the work; none if it panicked. Panics of other threads are reported as ever.
pub(super) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            if !CONTAINED.get() {
                before(what);
            }
        }));
    });
    let outer = CONTAINED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    CONTAINED.set(outer);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_is_none_and_nested_work_stays_contained() {
        let nested = contained(|| {
            assert_eq!(contained(|| -> u8 { panic!("inner") }), None);
            assert!(CONTAINED.get());
            7
        });
        assert_eq!(nested, Some(7));
        assert!(!CONTAINED.get());
    }
}
