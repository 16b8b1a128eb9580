//! What a look at the surroundings finds.

use std::path::PathBuf;

use crate::recipe::model::BrowserName;
use crate::target::Trouble;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Good,
    /// Not as it could be, but no run that was named needs it.
    Note,
    /// A run will fail on it.
    Wrong,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// What was found.
    pub fact: Fact,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fact {
    /// A browser and its driver.
    Browser {
        /// Which.
        name: BrowserName,
        /// The browser's path; none where the driver finds it by itself.
        browser: Option<PathBuf>,
        /// Its version; none where it does not say.
        version: Option<String>,
        /// The driver's path.
        driver: PathBuf,
        /// The driver's version.
        driver_version: Option<String>,
    },
    /// A browser and a driver that do not fit each other.
    Mismatch {
        /// Which.
        name: BrowserName,
        /// The browser's version.
        version: String,
        /// The driver's path.
        driver: PathBuf,
        /// The driver's version.
        driver_version: String,
    },
    /// A browser without its driver.
    NoDriver {
        /// Which.
        name: BrowserName,
        /// The browser's path.
        browser: PathBuf,
        /// What its driver is called.
        driver: &'static str,
    },
    /// A driver without a browser.
    NoBrowser {
        /// The driver's path.
        driver: PathBuf,
    },
    /// No browser can be driven: none of these drivers is here with its browser.
    NoneToDrive(Vec<&'static str>),
    /// A session of the target's browser was started, and ended again; of the first browser here, where no recipe names
    /// a target.
    Started(Option<String>),
    /// None could be.
    NotStarted {
        /// Of which target, where a recipe names one.
        target: Option<String>,
        /// Why.
        why: Trouble,
    },
    /// The state folder, or where it will be, can be written to.
    StateFolder(PathBuf),
    /// It cannot be.
    StateNotWritable {
        /// The folder that was tried.
        folder: PathBuf,
        /// The system's reason.
        why: String,
    },
    /// It is on a network drive, where a journal is not safe.
    StateOnNetwork {
        /// The folder.
        folder: PathBuf,
        /// The kind of file system.
        kind: String,
    },
    /// A time zone, and the time there now.
    Zone {
        /// Its name.
        zone: String,
        /// The time there.
        now: String,
    },
    /// A time zone that the time zone data does not have.
    NoZone(String),
    /// Settings that a recipe needs and that are set, by their names.
    Set {
        /// The recipe.
        recipe: String,
        /// Their names.
        names: Vec<String>,
    },
    /// A secret that a recipe needs is not set.
    NoSecret {
        /// The recipe.
        recipe: String,
        /// Its name.
        name: String,
    },
    /// A variable that a recipe needs is not set.
    NoVariable {
        /// The recipe.
        recipe: String,
        /// Its name.
        name: String,
    },
}

impl Finding {
    pub(super) fn good(fact: Fact) -> Self {
        Self { level: Level::Good, fact }
    }

    pub(super) fn note(fact: Fact) -> Self {
        Self { level: Level::Note, fact }
    }

    pub(super) fn wrong(fact: Fact) -> Self {
        Self { level: Level::Wrong, fact }
    }
}

impl Fact {
    /// The word for its kind in JSON lines.
    pub fn code(&self) -> &'static str {
        match self {
            Fact::Browser { .. } => "browser",
            Fact::Mismatch { .. } => "mismatch",
            Fact::NoDriver { .. } => "no_driver",
            Fact::NoBrowser { .. } => "no_browser",
            Fact::NoneToDrive(_) => "none_to_drive",
            Fact::Started(_) => "started",
            Fact::NotStarted { .. } => "not_started",
            Fact::StateFolder(_) => "state_folder",
            Fact::StateNotWritable { .. } => "state_not_writable",
            Fact::StateOnNetwork { .. } => "state_on_network",
            Fact::Zone { .. } => "zone",
            Fact::NoZone(_) => "no_zone",
            Fact::Set { .. } => "set",
            Fact::NoSecret { .. } => "no_secret",
            Fact::NoVariable { .. } => "no_variable",
        }
    }
}
