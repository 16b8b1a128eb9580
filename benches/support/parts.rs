//! Which parts of a bench are measured: all of them, or those that are named on the command line.

/// The parts that were asked for.
pub struct Parts(Vec<String>);

impl Parts {
    /// Those named behind `--`, of these.
    pub fn of(known: &[&str]) -> Self {
        Self(std::env::args().filter(|argument| known.contains(&argument.as_str())).collect())
    }

    /// Whether a part is to be measured.
    pub fn has(&self, part: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|one| one == part)
    }
}
