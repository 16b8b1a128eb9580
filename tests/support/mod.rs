//! What the integration tests stand on: a practice office that runs in the test, a desk (a folder with recipe and
//! input), and the real program started on it.

mod desk;
mod office;
mod pdf;
mod ran;

pub use desk::{Desk, Recipe, Row, rows};
pub use office::Office;
pub use pdf::{pdf, with_font};
pub use ran::{Ran, Running, wait_until};
