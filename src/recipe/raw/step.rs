//! Steps as they are written. YAML may hold any of these keys at once; which go together is said by
//! [`crate::recipe::lower`] and, for editors, by the JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::yaml::{Keyed, OneOrMany, Ordered, Text, TextOr, Tree};
use crate::diagnostic::At;

/// One step: a call of the target.
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
    /// Repeats the step for each value of a list. Not supported by this version yet.
    pub for_each: Option<At<Tree>>,
    /// The key of one value of `for_each`. Not supported by this version yet.
    pub by: Option<At<Tree>>,
    /// Browser: open this path. Not supported by this version yet.
    pub open: Option<At<Tree>>,
    /// Browser: fill fields by their labels. Not supported by this version yet.
    pub fill: Option<At<Tree>>,
    /// Browser: type into a control. Not supported by this version yet.
    #[serde(rename = "type")]
    pub kind: Option<At<Tree>>,
    /// Browser: the control to type into. Not supported by this version yet.
    pub into: Option<At<Tree>>,
    /// Browser: select options by their labels. Not supported by this version yet.
    pub select: Option<At<Tree>>,
    /// Browser: choose a radio button. Not supported by this version yet.
    pub choose: Option<At<Tree>>,
    /// Browser: check a box. Not supported by this version yet.
    pub check: Option<At<Tree>>,
    /// Browser: uncheck a box. Not supported by this version yet.
    pub uncheck: Option<At<Tree>>,
    /// Browser: click. Not supported by this version yet.
    pub click: Option<At<Tree>>,
    /// Browser: press a key. Not supported by this version yet.
    pub press: Option<At<Tree>>,
    /// Browser: upload files. Not supported by this version yet.
    pub upload: Option<At<Tree>>,
    /// Browser: the point of no return. Not supported by this version yet.
    pub submit: Option<At<Tree>>,
    /// Browser: what shows that it was found. Not supported by this version yet.
    pub found: Option<At<Tree>>,
    /// Browser: what shows that it was not found. Not supported by this version yet.
    pub none: Option<At<Tree>>,
    /// Browser: wait. Not supported by this version yet.
    pub wait: Option<At<Tree>>,
    /// Browser: go into a frame. Not supported by this version yet.
    pub frame: Option<At<Tree>>,
    /// Browser: go to a window. Not supported by this version yet.
    pub window: Option<At<Tree>>,
    /// Browser: accept an alert. Not supported by this version yet.
    pub accept_alert: Option<At<Tree>>,
    /// Browser: take a screenshot. Not supported by this version yet.
    pub screenshot: Option<At<Tree>>,
    /// Browser: where to look. Not supported by this version yet.
    pub within: Option<At<Tree>>,
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
    /// Its media type; application/octet-stream unless stated.
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
