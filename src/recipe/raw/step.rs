//! Steps as they are written. YAML may hold any of these keys at once; which go together is said by
//! [`crate::recipe::lower`] and, for editors, by the JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::yaml::{Keyed, OneOrMany, Ordered, Text, TextOr, Tree};
use crate::diagnostic::At;

/// One step: a call of the target, or what a person would do in a browser.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Step {
    /// GET this path, relative to the target's URL.
    pub get: Option<At<Text>>,
    /// POST to this path.
    pub post: Option<At<Text>>,
    /// PUT to this path.
    pub put: Option<At<Text>>,
    /// PATCH this path.
    pub patch: Option<At<Text>>,
    /// DELETE this path.
    pub delete: Option<At<Text>>,
    /// Query parameters; one whose value is missing is left out.
    pub query: Option<Ordered<At<Text>>>,
    /// Headers.
    pub headers: Option<Ordered<At<Text>>>,
    /// A JSON body. Plain true, false, null and numbers are typed, all else is text; a value that is one ${...} keeps its
    /// type; `{ $each: lines, as: line, item: … }` makes a list.
    pub json: Option<At<Tree>>,
    /// A form body (application/x-www-form-urlencoded).
    pub form: Option<Ordered<At<Text>>>,
    /// A form body with files (multipart/form-data).
    pub multipart: Option<Ordered<TextOr<Keyed<BodyPart>>>>,
    /// A body as it stands.
    pub body: Option<At<Text>>,
    /// What the call does to the target, where it is not what the verb says.
    pub effect: Option<At<Effect>>,
    /// An expression; the step is left out where it is false.
    pub when: Option<At<Text>>,
    /// What a good answer looks like: `status`, `headers`, `text` and paths such as `$.total`. A list holds alternatives.
    pub expect: Option<OneOrMany<At<Tree>>>,
    /// What an answer looks like that says no; `reason:` is the path of the target's own words.
    pub refused: Option<OneOrMany<At<Tree>>>,
    /// What an answer looks like that says "is there already".
    pub exists: Option<OneOrMany<At<Tree>>>,
    /// Names for values of the answer: a path such as `$.id`, or `{ header }`, `{ cookie }`, `{ text }`, `{ path, first }`.
    pub capture: Option<Ordered<At<Tree>>>,
    /// How an accepted (202) call is followed up.
    pub wait_until: Option<Box<Keyed<WaitUntil>>>,
    /// In a lookup: the path of the list of what was found; it must be in the answer.
    pub list: Option<At<Text>>,
    /// In a lookup: paths in what was found, and what must stand there.
    pub same: Option<Ordered<At<Tree>>>,
    /// In a lookup: how further pages are reached.
    pub pages: Option<Keyed<Pages>>,
    /// Open this path, relative to the target's URL.
    pub open: Option<At<Text>>,
    /// Fill in fields, in this order: labels as a person reads them, and values. A missing value leaves a field alone; `true`
    /// and `false` check and uncheck a box.
    pub fill: Option<Ordered<At<Text>>>,
    /// Type this into the control that `into:` names, key by key.
    #[serde(rename = "type")]
    pub kind: Option<At<Text>>,
    /// The control to type into.
    pub into: Option<At<Tree>>,
    /// Select options of lists: labels, and the text of the option.
    pub select: Option<Ordered<At<Text>>>,
    /// Choose in look-up fields, in drop-downs that are no plain lists, and among radio buttons: labels, and what to choose.
    pub choose: Option<Ordered<At<Text>>>,
    /// Check this box, or these.
    pub check: Option<At<Tree>>,
    /// Uncheck this box, or these.
    pub uncheck: Option<At<Tree>>,
    /// Click this button or link, or what a locator names.
    pub click: Option<At<Tree>>,
    /// Press a key, such as `Enter` or `Control+S`, or several one after the other.
    pub press: Option<At<OneOrMany<At<Text>>>>,
    /// The control that gets the keys; the one that has the focus unless stated.
    #[serde(rename = "in")]
    pub within_control: Option<At<Tree>>,
    /// Upload files: labels, and paths relative to the recipe's folder.
    pub upload: Option<Ordered<At<Text>>>,
    /// The point of no return: click this button, or `{ press: Enter, in: … }`.
    pub submit: Option<At<Tree>>,
    /// In a lookup: what is seen when the entry is there.
    pub found: Option<At<Tree>>,
    /// In a lookup: what is seen when the entry is not there.
    pub none: Option<OneOrMany<At<Tree>>>,
    /// Wait until the page shows this, or for a length of time such as `500ms`.
    pub wait: Option<OneOrMany<At<Tree>>>,
    /// Go into this frame; `main` leads back.
    pub frame: Option<At<Tree>>,
    /// Go to a window or tab: `last`, `main`, a number, or a part of its title; `close` closes the current one.
    pub window: Option<At<Text>>,
    /// Answer the browser's own dialog with OK; with a text, the dialog must hold it.
    pub accept_alert: Option<At<Tree>>,
    /// Keep a picture of the page under this name.
    pub screenshot: Option<At<Text>>,
    /// Repeat `steps:` for each value of a list.
    pub for_each: Option<At<Text>>,
    /// The name of one value of `for_each`.
    #[serde(rename = "as")]
    pub variable: Option<At<Text>>,
    /// The name under which its place in the list is known, counted from 1.
    pub number: Option<At<Text>>,
    /// The fields of one line that tell it from the others of its record, where `for_each` repeats a write: each line is an
    /// entry of its own then. For a list of plain values, the name that `as:` gives them.
    pub by: Option<OneOrMany<At<Text>>>,
    /// The steps that `for_each` repeats.
    pub steps: Option<At<Vec<Keyed<Step>>>>,
    /// The one element in which the step looks for everything.
    pub within: Option<At<Tree>>,
    /// How long elements are waited for in this step, in the place of the target's `timeout:`.
    pub timeout: Option<At<Text>>,
}

/// What a call does to the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    /// Nothing: it may be sent at any time.
    Read,
    /// A write that may be sent again with the same result.
    Repeatable,
    /// A write that must take at most once.
    Once,
}

/// A file in a multipart body.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BodyPart {
    /// The file's path, relative to the recipe's folder.
    pub file: Option<At<Text>>,
    /// The name it is sent under; its own unless stated.
    pub name: Option<At<Text>>,
    /// Its media type; what the end of its name says unless stated (`.pdf` is `application/pdf`).
    #[serde(rename = "type")]
    pub media_type: Option<At<Text>>,
}

/// The call that asks whether an accepted call is done, and how often.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WaitUntil {
    /// GET this path.
    pub get: Option<At<Text>>,
    /// POST to this path.
    pub post: Option<At<Text>>,
    /// Query parameters.
    pub query: Option<Ordered<At<Text>>>,
    /// Headers.
    pub headers: Option<Ordered<At<Text>>>,
    /// A JSON body.
    pub json: Option<At<Tree>>,
    /// What an answer looks like that says "done".
    pub expect: Option<OneOrMany<At<Tree>>>,
    /// What an answer looks like that says "will not be done".
    pub refused: Option<OneOrMany<At<Tree>>>,
    /// Names for values of the last answer.
    pub capture: Option<Ordered<At<Tree>>>,
    /// The time between two polls; 2s unless stated.
    pub every: Option<At<Text>>,
    /// After so long the end is unknown; 5m unless stated.
    pub at_most: Option<At<Text>>,
}

/// How further pages of a lookup are reached.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pages {
    /// The path of the next page's URL in the answer, or `link` for the `Link` header.
    pub next: Option<At<Text>>,
    /// A query parameter that counts pages.
    pub param: Option<At<Text>>,
    /// Its first value; 1 unless stated.
    pub first: Option<At<u32>>,
    /// So many pages are read at the most; 10 unless stated. If there are more, the lookup is unsure.
    pub max: Option<At<u32>>,
}
