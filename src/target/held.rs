//! What a target keeps for one entry between its calls, such as the browser in which a form stands filled in.

use std::any::Any;
use std::sync::{Mutex, PoisonError};

/// A place for something of a target's own, given back when the entry ends.
#[derive(Default)]
pub struct Held(Mutex<Option<Box<dyn Any + Send>>>);

impl Held {
    /// An empty place.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Takes out what the target put in.
    pub fn take<T: Any>(&self) -> Option<T> {
        let kept = self.lock().take()?;
        match kept.downcast::<T>() {
            Ok(kept) => Some(*kept),
            // Another target's: it goes back where it came from.
            Err(_) => None,
        }
    }

    /// Keeps something until the next call.
    pub fn put<T: Any + Send>(&self, kept: T) {
        *self.lock() = Some(Box::new(kept));
    }

    /// Gives back what is kept, since no call follows.
    pub fn give_back(&self) {
        drop(self.lock().take());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Any + Send>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
