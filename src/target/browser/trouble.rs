//! What can go wrong in a browser, as facts; the words are in [`crate::messages`].

use crate::target::{Difference, Trouble};

/// What happened in a browser.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BrowserTrouble {
    /// None of these drivers is on this computer, with its browser.
    NoDriver(Vec<String>),
    /// A driver could not be started.
    DriverFailed {
        /// Its path.
        driver: String,
        /// Why.
        why: String,
    },
    /// The versions of driver and browser do not fit each other; the driver's words.
    Mismatch(String),
    /// The driver gave no browser; its words.
    NoSession(String),
    /// Tab, browser or driver are gone, or do not answer.
    Lost(String),
    /// The driver refused a call, or our script failed; the reason.
    Call(String),
    /// The page did not load; the browser's reason.
    NotLoaded(String),
    /// No element fits a locator.
    Nothing {
        /// The locator, as the recipe has it.
        locator: String,
        /// The names on the page that are most like it.
        near: Vec<String>,
    },
    /// Several elements fit a locator.
    Several {
        /// The locator, as the recipe has it.
        locator: String,
        /// How many.
        count: usize,
        /// The first of them.
        which: Vec<Candidate>,
    },
    /// The element stayed unusable.
    Unusable {
        /// The locator, as the recipe has it.
        locator: String,
        /// The element.
        element: String,
        /// In which way.
        why: Unusable,
    },
    /// A selector that the browser cannot read.
    Selector {
        /// The locator, as the recipe has it.
        locator: String,
        /// Why.
        why: String,
    },
    /// A list does not offer a value.
    NoOption {
        /// The control.
        control: String,
        /// What was to be chosen.
        wanted: String,
        /// What is offered.
        offered: Vec<String>,
    },
    /// Fields do not keep what was filled in.
    NotKept(Vec<Difference>),
    /// A control that another field of the record was given a value in already.
    Taken {
        /// The locator, as the recipe has it.
        locator: String,
        /// That of the other field; none where it is the same one.
        other: Option<String>,
        /// The control.
        element: String,
    },
    /// Fields that were filled in and are gone from the page, though no step has left it.
    Vanished(Vec<String>),
    /// The page marks fields as wrong; their names and messages.
    Invalid(Vec<(String, String)>),
    /// The page shows a dialog that the recipe does not expect.
    Dialog(String),
    /// The page shows no dialog, or another one than the recipe expects.
    NoDialog {
        /// What it should say; empty = anything.
        wanted: String,
        /// What it says.
        found: Option<String>,
    },
    /// The page is a login page.
    LoginPage(String),
    /// After the login the page does not show what a page shows that is logged in; where it is, and its own words.
    NotLoggedIn {
        /// The address.
        at: String,
        /// The page's own words.
        words: String,
    },
    /// The page does not show what is expected.
    NotSeen {
        /// What is expected, as the recipe has it.
        expected: String,
        /// The address.
        at: String,
        /// The page's own words.
        words: String,
    },
    /// Values of the page are not as expected.
    Different(Vec<Difference>),
    /// The page says no, by `refused:` of the recipe; its own words.
    Refused(String),
    /// The page says that it is there already.
    Exists,
    /// A page that came with a status of an error; its own words.
    ErrorPage {
        /// The status.
        status: u16,
        /// The page's own words.
        words: String,
        /// Whether redirects led to it: then its status is not the answer to what was sent.
        redirected: bool,
    },
    /// There is no such window.
    NoWindow(String),
    /// The look-up shows neither `found:` nor `none:`.
    Neither(String),
    /// The look-up shows both `found:` and `none:`.
    Both,
    /// Something else went wrong, and the page is kept in this folder.
    Kept {
        /// What.
        trouble: Box<Trouble>,
        /// The folder.
        at: String,
    },
}

impl BrowserTrouble {
    /// Whether the page does not have what the recipe names: then either the recipe or the page is to be put right, and
    /// trying again later alone does not help.
    pub(crate) fn is_of_recipe_or_page(&self) -> bool {
        match self {
            BrowserTrouble::Kept { trouble, .. } => trouble.is_of_recipe_or_page(),
            BrowserTrouble::Nothing { .. }
            | BrowserTrouble::Several { .. }
            | BrowserTrouble::Selector { .. }
            | BrowserTrouble::NoOption { .. }
            | BrowserTrouble::NotSeen { .. } => true,
            _ => false,
        }
    }
}

impl Trouble {
    /// Whether a page does not have what the recipe names.
    pub(crate) fn is_of_recipe_or_page(&self) -> bool {
        match self {
            Trouble::Browser(trouble) => trouble.is_of_recipe_or_page(),
            Trouble::LoginFailed(trouble) => trouble.is_of_recipe_or_page(),
            _ => false,
        }
    }
}

/// One of several elements that fit a locator.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The element's own outline.
    pub outline: String,
    /// The group, section or row it stands in; may be empty.
    pub within: String,
    /// A selector that only it fits; may be empty.
    pub css: String,
}

/// In which way an element is unusable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It is disabled.
    Disabled,
    /// It can be read only.
    ReadOnly,
    /// Another element covers it.
    Covered(String),
    /// It does not stand still.
    Moving,
}

impl From<BrowserTrouble> for Trouble {
    fn from(trouble: BrowserTrouble) -> Self {
        Trouble::Browser(Box::new(trouble))
    }
}
