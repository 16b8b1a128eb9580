//! `http:` targets: settings, calls, look-ups.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::condition::{ConditionSet, JsonPath, Test};
use super::target::ForEach;
use crate::diagnostic::At;
use crate::expression::{Expression, Template};

/// `http:`.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// `url:` what paths are relative to.
    pub url: At<Template>,
    /// `login:` of the target; none where no login is needed.
    pub login: Option<Login>,
    /// `headers:` sent with each call.
    pub headers: Vec<(String, Template)>,
    /// `auth:`.
    pub auth: Option<Auth>,
    /// `rate:` at most so many calls in a time.
    pub rate: Option<Rate>,
    /// `concurrency:` records in work at the same time.
    pub concurrency: usize,
    /// `timeout:` of one call, from connecting to the last byte.
    pub timeout: Duration,
    /// `proxy:` a URL; `none` for no proxy. The system's unless stated.
    pub proxy: Option<Template>,
    /// `ca:` a PEM file with the certificate authority to trust besides the system's, relative to the recipe.
    pub ca: Option<std::path::PathBuf>,
    /// `idempotent:` the target honours `Idempotency-Key`.
    pub idempotent: Option<Idempotent>,
    /// `max_answer:` bytes of an answer that are read at the most.
    pub max_answer: u64,
}

/// `login:` of an HTTP target.
#[derive(Clone, Debug)]
pub struct Login {
    /// Its calls, which may capture (secret) values.
    pub steps: Vec<HttpStep>,
    /// `headers:` sent with each call after the login, from what was captured.
    pub headers: Vec<(String, Template)>,
}

/// `idempotent: { keeps: 24h, header: Idempotency-Key }`.
#[derive(Clone, Debug)]
pub struct Idempotent {
    /// How long the target remembers a key.
    pub keeps: Duration,
    /// The header it wants it in.
    pub header: String,
}

/// `rate: 20/s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many calls …
    pub calls: u32,
    /// … in this time.
    pub per: Duration,
}

/// `auth:`.
#[derive(Clone, Debug)]
pub enum Auth {
    /// `basic: { user, password }`.
    Basic {
        /// The user's name.
        user: Template,
        /// The password.
        password: Template,
    },
    /// `bearer:` a token.
    Bearer(Template),
    /// `api_key: { header: X-Api-Key, value }` or `{ query: key, value }`.
    ApiKey {
        /// The header's or parameter's name.
        name: String,
        /// Whether it goes into the query instead of a header.
        query: bool,
        /// The key.
        value: Template,
    },
    /// `oauth2: { token_url, client_id, client_secret, scope, refresh_token }`.
    OAuth2(OAuth2),
    /// `cookie: SESSIONID`: the cookie that the login must set; it is sent back with each call.
    Cookie(String),
}

/// OAuth 2.0: client credentials (RFC 6749 section 4.4), or a refresh token (section 6) where one is given.
#[derive(Clone, Debug)]
pub struct OAuth2 {
    /// The token endpoint, absolute or relative to the target's URL.
    pub token_url: Template,
    /// The client's id.
    pub client_id: Template,
    /// The client's secret.
    pub client_secret: Option<Template>,
    /// The scope asked for.
    pub scope: Option<Template>,
    /// A refresh token; without it, client credentials are used.
    pub refresh_token: Option<Template>,
    /// `credentials_in: body | header`: where the client's id and secret go; header (basic) unless stated.
    pub in_body: bool,
}

/// HTTP methods of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

/// `effect:` what a call does to the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: may be done at any time.
    Read,
    /// A write that may be sent again with the same result.
    Repeatable,
    /// A write that must take at most once.
    Once,
}

/// One step: a call, or calls that are repeated.
#[derive(Clone, Debug)]
pub enum HttpStep {
    /// A call.
    Call(Box<HttpCall>),
    /// `for_each:` calls for each value of a list.
    ForEach(Box<HttpForEach>),
}

/// `for_each:` of calls.
#[derive(Clone, Debug)]
pub struct HttpForEach {
    /// Where it is written.
    pub span: Range<usize>,
    /// `when:` it is left out where this is false.
    pub when: Option<At<Expression>>,
    /// The list, and what is done for each of its values.
    pub each: ForEach<HttpStep>,
}

impl From<HttpCall> for HttpStep {
    fn from(call: HttpCall) -> Self {
        HttpStep::Call(Box::new(call))
    }
}

/// One HTTP call.
#[derive(Clone, Debug)]
pub struct HttpCall {
    /// Where it is written.
    pub span: Range<usize>,
    /// The verb.
    pub method: Method,
    /// The path, relative to the target's URL, or a whole URL of the same origin. Values filled in are percent-encoded.
    pub path: At<Template>,
    /// `query:`.
    pub query: Vec<(String, Template)>,
    /// `headers:`.
    pub headers: Vec<(String, Template)>,
    /// `json:`, `form:`, `multipart:` or `body:`.
    pub body: Option<Body>,
    /// `effect:`, or what follows from the verb and the place of the step.
    pub effect: Effect,
    /// `when:` the step is left out where this is false.
    pub when: Option<At<Expression>>,
    /// `expect:` what a good answer looks like. Without a `status:` in it, any 2xx but 202.
    pub expect: ConditionSet,
    /// `refused:` what an answer looks like that says no.
    pub refused: ConditionSet,
    /// `exists:` what an answer looks like that says "is there already".
    pub exists: ConditionSet,
    /// `capture:` what is kept of the answer.
    pub capture: Vec<Capture>,
    /// `wait_until:` how an accepted (202) call is followed up.
    pub wait_until: Option<Box<WaitUntil>>,
}

/// The body of a call.
#[derive(Clone, Debug)]
pub enum Body {
    /// `json:`.
    Json(JsonBody),
    /// `form:` (application/x-www-form-urlencoded).
    Form(Vec<(String, Template)>),
    /// `multipart:` (multipart/form-data).
    Multipart(Vec<(String, BodyPart)>),
    /// `body:` as it stands; its media type is set by `headers:`, else text/plain in UTF-8.
    Raw(Template),
}

/// One part of a multipart body.
#[derive(Clone, Debug)]
pub enum BodyPart {
    /// A text.
    Text(Template),
    /// `{ file: path, name: …, type: … }`: a file's content, its path relative to the recipe's folder.
    File {
        /// The file's path.
        path: Template,
        /// The name it is sent under; its own unless stated.
        name: Option<Template>,
        /// Its media type; what the end of its name says unless stated.
        media_type: Option<String>,
    },
}

/// A JSON body as the recipe writes it.
#[derive(Clone, Debug)]
pub enum JsonBody {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number with its exact digits.
    Number(String),
    /// A text; typed where it is one `${...}`.
    Text(At<Template>),
    /// A list.
    List(Vec<JsonBody>),
    /// An object in the order written; a member whose value is missing is left out.
    Object(Vec<(String, JsonBody)>),
    /// `{ $each: lines, as: line, item: … }`.
    Each(Box<Each>),
}

/// `$each:` one item for each value of a list.
#[derive(Clone, Debug)]
pub struct Each {
    /// The list.
    pub list: At<Expression>,
    /// The name of one value of it.
    pub variable: Arc<str>,
    /// What is made of each.
    pub item: JsonBody,
}

/// One captured value.
#[derive(Clone, Debug)]
pub struct Capture {
    /// The name it is kept under.
    pub name: Arc<str>,
    /// Where it is written.
    pub span: Range<usize>,
    /// Where it stands in the answer.
    pub from: CaptureFrom,
    /// `first: true`: the first of several; else exactly one must match.
    pub first: bool,
}

/// Where a captured value stands.
#[derive(Clone, Debug)]
pub enum CaptureFrom {
    /// In the JSON body.
    Json(JsonPath),
    /// `{ header: Location }`.
    Header(String),
    /// `{ cookie: SESSIONID }`.
    Cookie(String),
    /// `{ text: 'regex with one group' }` in the body's text.
    Text(regex::Regex),
}

/// `wait_until:` polls until an accepted call is done.
#[derive(Clone, Debug)]
pub struct WaitUntil {
    /// The call that asks; its `expect:` says "done", its `refused:` "will not be done".
    pub step: HttpCall,
    /// `every:` the time between two polls.
    pub every: Duration,
    /// `at_most:` after so long the end is unknown.
    pub at_most: Duration,
}

/// `lookup:` asks whether an entry is there: yes, no, or unsure.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// Harmless calls before the last, which may capture.
    pub before: Vec<HttpStep>,
    /// The call whose answer tells.
    pub step: HttpCall,
    /// `list:` where the found entries stand; must exist in the answer. Without it, the answer itself is the entry and
    /// 404 means none.
    pub list: Option<JsonPath>,
    /// `same:` paths in the found entry and what must stand there; a difference means held.
    pub same: Vec<(JsonPath, Test)>,
    /// `pages:` how further pages are reached.
    pub pages: Option<Pages>,
}

/// `pages:`.
#[derive(Clone, Debug)]
pub struct Pages {
    /// How the next page is found.
    pub next: NextPage,
    /// `max:` pages read at the most; more than that and the look-up is unsure.
    pub max: u32,
}

/// How the next page is found.
#[derive(Clone, Debug)]
pub enum NextPage {
    /// `next: $.next`: a URL (or path) in the body; missing or null on the last page.
    Path(JsonPath),
    /// `next: link`: the `Link` header with `rel="next"` (RFC 8288).
    LinkHeader,
    /// `param: page, first: 1`: a counted query parameter; a page with an empty list is the last.
    Counted {
        /// The parameter.
        param: String,
        /// Its first value.
        first: u32,
    },
}
